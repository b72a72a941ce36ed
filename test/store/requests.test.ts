import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalEngine } from '../../src/local/index.js';
import { keyPath, type KeyPathReference } from '../../src/keypaths/tagged.js';
import type { Repository } from '../../src/store/repository.js';
import { openStore } from '../../src/application/open-store.js';
import { startEngine } from '../support/engine.js';
import { BY_CUSTOMER, BY_DELIVERY, Order, shop } from './shop.js';

let engine: LocalEngine;
let client: DynamoDBClient;
let orders: Repository<Order>;
let sent: string[] = [];

beforeAll(async () => {
  engine = await startEngine();
  client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(String((context as { commandName?: string }).commandName).replace(/^Quiet|Command$/g, ''));
      return next(args);
    },
    { step: 'initialize', name: 'count' },
  );
  const store = await openStore({ schema: shop, table: 'counted', client, createTable: true, publish: 'auto' });
  orders = store.repository(Order);
  await insert('first');
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const insert = (customerId: string): Promise<Order> =>
  orders.insert(
    orders.create({ customerId, items: [], orderDate: new Date(0), deliveryDate: new Date(0), priorityLevel: 1 }),
  );

async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  sent = [];
  await work();
  return sent;
}

describe('requests', () => {
  it('one for insert, save, find and delete of a loaded entity', async () => {
    let order!: Order;
    expect(await requestsOf(async () => (order = await insert('ada')))).toEqual(['TransactWriteItems']);
    order.note = 'x';
    expect(await requestsOf(() => orders.save(order))).toEqual(['TransactWriteItems']);
    expect(await requestsOf(() => orders.save(order))).toEqual(['GetItem']);
    const { customerId, orderId } = order;
    expect(await requestsOf(() => orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId }))).toEqual(['GetItem']);
    expect(await requestsOf(() => orders.delete(order))).toEqual(['TransactWriteItems']);
  });

  it('two where the entity was loaded through a secondary row, or is named by its key', async () => {
    const { customerId, orderId, deliveryDate } = await insert('bob');
    const load = () => orders.findByKeyPath(BY_DELIVERY, { customerId, orderId, deliveryDate });
    const order = (await load())!;
    order.note = 'x';
    expect(await requestsOf(() => orders.save(order))).toEqual(['GetItem', 'TransactWriteItems']);
    order.note = 'y';
    expect(await requestsOf(() => orders.save(order))).toEqual(['TransactWriteItems']);
    const change = (each: Order): void => {
      each.note = 'z';
    };
    expect(await requestsOf(() => orders.update({ customerId, orderId }, change))).toEqual([
      'GetItem',
      'TransactWriteItems',
    ]);
    expect(await requestsOf(() => orders.delete({ customerId, orderId }))).toEqual(['GetItem', 'TransactWriteItems']);
  });

  it('three where the key that names the item is that of a secondary key path', async () => {
    const { customerId, orderId, deliveryDate } = await insert('dora');
    const key = (): KeyPathReference => keyPath`/delivery-${deliveryDate}/customer-${customerId}/order-${orderId}`;
    const three = ['GetItem', 'GetItem', 'TransactWriteItems'];
    const change = (each: Order): void => {
      each.note = 'z';
    };
    expect(await requestsOf(() => orders.update(key(), change))).toEqual(three);
    expect(await requestsOf(() => orders.delete(key()))).toEqual(three);
  });

  it('one for a page, and none before it is read', async () => {
    for (let n = 0; n < 10; n += 1) await insert('carol');
    const list = () => orders.listByKeyPath('/customer-:customerId', { customerId: 'carol' }, { limit: 10 });
    expect(await requestsOf(async () => list())).toEqual([]);
    expect(await requestsOf(() => list().page())).toEqual(['Query']);
    expect(await requestsOf(() => list().first())).toEqual(['Query']);
  });
});
