import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { openStore, publish } from 'ductile';
import { Order, schema } from './release-1.js';

const BATCH = 25;
const AT_ONCE = 32;
const CUSTOMER = 'CUSTOMER';
const ORDER = 'ORDER';
const PLACED = 1_600_000_000;

/** The key of the order of a number. */
export function idsOf(number: number): { readonly customerId: string; readonly orderId: string } {
  return { customerId: `c${number % 5_003}`, orderId: `o${number}` };
}

/** A table with so many orders of version 1, as an application would have left them. */
export async function fill(client: DynamoDBClient, table: string, items: number): Promise<void> {
  await publish({ schema, table, client, createTable: true });
  const like = await anOrder(client, table);
  let next = 0;
  const filler = async (): Promise<void> => {
    while (next < items) {
      const batch = Array.from({ length: Math.min(BATCH, items - next) }, () => orderLike(like, next++));
      const requests = batch.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, filler));
}

/** The row of an order that a store wrote, and deleted. */
async function anOrder(client: DynamoDBClient, table: string): Promise<Record<string, AttributeValue>> {
  const store = await openStore({ schema, table, client });
  const orders = store.repository(Order);
  const fields = {
    customerId: CUSTOMER,
    orderId: ORDER,
    status: 'shipped',
    total: 4_200,
    address: '12 Main Street, Springfield',
  };
  const order = await orders.insert(orders.create({ ...fields, placedAt: new Date(PLACED * 1_000) }));
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  await orders.delete(order);
  await store.close();
  return rows.find((row) => '$type' in row)!;
}

function orderLike(row: Record<string, AttributeValue>, number: number): Record<string, AttributeValue> {
  const { customerId, orderId } = idsOf(number);
  const text = JSON.stringify(row)
    .replaceAll(CUSTOMER, customerId)
    .replaceAll(ORDER, orderId)
    .replaceAll(String(PLACED), String(PLACED + (number % 1_000_000)));
  return JSON.parse(text) as Record<string, AttributeValue>;
}
