import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { clientOver } from './client.js';
import type { Contender, Operation } from './contender.js';
import { customerId, orderFields } from './orders.js';
import { StandIn } from './stand-in.js';

const TableName = 'shop';

type Prepare = (client: DynamoDBDocumentClient) => Operation | Promise<Operation>;

function documentClient(command: string, prepare: Prepare): Contender {
  return {
    name: `DocumentClient ${command}`,
    async open() {
      const standIn = new StandIn();
      const operation = await prepare(DynamoDBDocumentClient.from(clientOver(standIn)));
      await operation();
      standIn.perform();
      return operation;
    },
  };
}

/** What an application without a library stores: the same twelve fields, its keys put together by hand. */
function item(i: number) {
  const { placedAt, ...fields } = orderFields(i);
  const { orderId } = fields;
  return { pk: `CUSTOMER#${customerId}`, sk: `ORDER#${orderId}`, ...fields, placedAt: placedAt.getTime() };
}

function copyByDelivery(i: number) {
  const { pk, sk, ...fields } = item(i);
  return { pk: `DELIVERY#${fields.deliveryDate}`, sk: `${pk}#${sk}`, ...fields };
}

export const put = documentClient('Put', (client) => {
  let i = 0;
  return () => client.send(new PutCommand({ TableName, Item: item(++i) }));
});

export const get = documentClient('Get', async (client) => {
  const Item = item(0);
  await client.send(new PutCommand({ TableName, Item }));
  const Key = { pk: Item.pk, sk: Item.sk };
  return async () => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
});

export const query = documentClient('Query', async (client) => {
  for (let i = 0; i < 100; i++) await client.send(new PutCommand({ TableName, Item: item(i) }));
  return async () =>
    (
      await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :low)',
          ExpressionAttributeValues: { ':pk': `CUSTOMER#${customerId}`, ':low': 'ORDER#' },
          ConsistentRead: true,
        }),
      )
    ).Items;
});

export const transactTwoPuts = documentClient('TransactWrite of two', (client) => {
  let i = 0;
  return () => {
    const [first, second] = [item(++i), copyByDelivery(i)];
    const TransactItems = [{ Put: { TableName, Item: first } }, { Put: { TableName, Item: second } }];
    return client.send(new TransactWriteCommand({ TransactItems }));
  };
});

/** What an insert has to send: the item if it is absent, and a check of another row. */
export const transactPutAndCheck = documentClient('TransactWrite, put and check', (client) => {
  let i = 0;
  return () => {
    const Item = item(++i);
    const TransactItems = [
      { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
      { ConditionCheck: { TableName, Key: { pk: 'FENCE', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' } },
    ];
    return client.send(new TransactWriteCommand({ TransactItems }));
  };
});
