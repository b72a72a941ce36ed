import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalEngine } from '../../src/local/index.js';
import { openStore } from '../../src/application/open-store.js';
import { publish } from '../../src/store/publish.js';
import { startEngine } from '../support/engine.js';
import { clientOf } from '../dynamo/wire.js';
import { OrderV1, OrderV2, shopV1, shopV2 } from './shop.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Counts a client's reads of the registry, and can put DynamoDB's time forward: the SDK signs by the dates of answers. */
class Watched {
  reads = 0;
  ahead = 0;
  readonly client: DynamoDBClient;

  constructor() {
    this.client = clientOf(engine);
    this.client.middlewareStack.add(
      (next) => (args) => {
        if (JSON.stringify(args.input).includes('"$ductile"') && 'KeyConditionExpression' in args.input) this.reads++;
        return next(args);
      },
      { step: 'initialize', name: 'watched' },
    );
    const handler = this.client.config.requestHandler;
    const handle = async (...args: Parameters<typeof handler.handle>) => {
      const result = await handler.handle(...args);
      const { headers } = result.response as { headers: Record<string, string> };
      headers['date'] = new Date(Date.parse(headers['date']!) + this.ahead).toUTCString();
      return result;
    };
    this.client.config.requestHandler = { handle } as typeof handler;
  }

  /** How often the registry is read meanwhile. */
  async of(work: () => Promise<unknown>): Promise<number> {
    const before = this.reads;
    await work();
    return this.reads - before;
  }

  /** What this process does from here on is so much later, from the next answer on. */
  later(milliseconds: number): void {
    this.ahead += milliseconds;
  }
}

const v1Order = (n: number) => ({
  customerId: 'ada',
  orderId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  items: [],
  createdAt: new Date(0),
  priority: 'low',
});

it('is one for a new version, and none for each item that it wrote', async () => {
  const table = 'new-version';
  const watched = new Watched();
  const { client } = watched;
  await publish({ schema: shopV1, table, client, createTable: true });
  const orders = (await openStore({ schema: shopV1, table, client })).repository(OrderV1);
  await orders.insert(orders.create(v1Order(0)));

  const newer = { schema: shopV2, table, client: engine.client };
  await publish(newer);
  const newOrders = (await openStore(newer)).repository(OrderV2);
  for (let n = 1; n <= 20; n++) {
    await newOrders.insert(newOrders.create({ ...v1Order(n), deliveryDate: new Date(0) }));
  }
  const list = async () => (await orders.listByKeyPath('/customer-:customerId', { customerId: 'ada' }).page()).items;
  expect(await watched.of(list)).toBe(1);
  expect(await watched.of(list)).toBe(0);
  const each = async () => {
    for (const order of await list()) await orders.save(Object.assign(order, { priority: 'high' }));
  };
  expect(await watched.of(each)).toBe(0);
});

it('is one for a create where what is known is older than registryMaxAge, and none for other calls', async () => {
  const table = 'aged';
  const watched = new Watched();
  const { client } = watched;
  await publish({ schema: shopV1, table, client, createTable: true, createGuard: 'age' });
  const orders = (await openStore({ schema: shopV1, table, client })).repository(OrderV1);
  await orders.insert(orders.create(v1Order(0)));

  const insert = (n: number) => watched.of(() => orders.insert(orders.create(v1Order(n))));
  expect(await insert(1)).toBe(0);
  watched.later(70_000);
  const { customerId, orderId } = v1Order(1);
  const change = () => orders.update({ customerId, orderId }, (each) => void (each.priority = 'high'));
  expect(await watched.of(change)).toBe(0);
  expect(
    await watched.of(() => orders.findByKeyPath('/customer-:customerId/order-:orderId', { customerId, orderId })),
  ).toBe(0);
  expect(await insert(2)).toBe(1);
  expect(await insert(3)).toBe(0);
});

it.each([
  ['ahead', 120_000],
  ['behind', -120_000],
])('is none more for a process whose clock is %s: the first answer sets what it signs by', async (name, wrong) => {
  const table = `clock-${name}`;
  const watched = new Watched();
  const { client } = watched;
  await publish({ schema: shopV1, table, client: engine.client, createTable: true, createGuard: 'age' });
  client.config.systemClockOffset = wrong;
  const orders = (await openStore({ schema: shopV1, table, client })).repository(OrderV1);
  for (let n = 0; n < 3; n++) {
    expect(await watched.of(() => orders.insert(orders.create(v1Order(n))))).toBe(0);
  }
  expect(Math.abs(client.config.systemClockOffset)).toBeLessThan(5_000);
});
