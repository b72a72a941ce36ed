import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TableKeysError, TableNotFoundError } from '../../src/dynamo/errors.js';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import { AutoPublishError, NotPublishedError, OtherSchemaError } from '../../src/registry/errors.js';
import { KeyAttributeTakenError, StoreOptionError } from '../../src/store/errors.js';
import { openStore } from '../../src/application/open-store.js';
import { publish } from '../../src/store/publish.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CUSTOMER, Order, OrderV1, shop, shopV1 } from './shop.js';
import { Thing, twoPaths } from './two-paths.js';

let engine: LocalEngine;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

let tables = 0;
const place = () => ({ table: `open-${++tables}`, client: engine.client });
const order = {
  customerId: 'ada',
  orderId: '00000000-0000-4000-8000-000000000001',
  items: [],
  orderDate: new Date(0),
  deliveryDate: new Date(0),
  priorityLevel: 1,
};

describe('openStore', () => {
  it('creates the table and publishes on a local engine, in one call', async () => {
    await using store = await openStore({ schema: shop, ...place(), createTable: true, publish: 'auto' });
    expect([store.version, store.schema]).toEqual([4, shop]);
    const orders = store.repository(Order);
    await orders.insert(orders.create(order));
    expect(store.repository(Order)).toBe(orders);
  });

  it('takes a DynamoDBDocumentClient as it is', async () => {
    const client = DynamoDBDocumentClient.from(clientOf(engine), { marshallOptions: { convertEmptyValues: true } });
    const store = await openStore({ schema: shop, ...place(), client, createTable: true, publish: 'auto' });
    const orders = store.repository(Order);
    await orders.insert(orders.create({ ...order, note: '' }));
    expect((await orders.findByKeyPath(BY_CUSTOMER, { customerId: 'ada', orderId: order.orderId }))!.note).toBe('');
  });

  it('takes key attributes of other names', async () => {
    const options = { schema: shop, ...place(), keys: { pk: 'hash', sk: 'range' } };
    const store = await openStore({ ...options, createTable: true, publish: 'auto' });
    const orders = store.repository(Order);
    await orders.insert(orders.create(order));
    expect(await orders.listByKeyPath('/customer-:customerId', { customerId: 'ada' }).toArray()).toHaveLength(1);
    await expect(openStore({ schema: shop, table: options.table, client: options.client })).rejects.toThrow(
      TableKeysError,
    );
  });

  it('refuses a table that is missing, a schema that is not published, and another schema', async () => {
    const bench = await Bench.on(engine);
    const at = { table: bench.table, client: bench.client };
    await expect(openStore({ schema: shop, ...place() })).rejects.toThrow(TableNotFoundError);
    await expect(openStore({ schema: shop, ...at })).rejects.toThrow(NotPublishedError);
    await bench.publish(shopV1);
    await expect(openStore({ schema: shop, ...at })).rejects.toThrow(NotPublishedError);
    await bench.publish(shop);
    expect((await openStore({ schema: shopV1, ...at })).version).toBe(1);
    await expect(openStore({ schema: twoPaths, ...at })).rejects.toThrow(OtherSchemaError);
  });

  it.each([false, true])('tells of an impossible table name, with createTable: %s', async (createTable) => {
    const options = { schema: shop, table: 't', client: engine.client, createTable };
    await expect(openStore(options)).rejects.toThrow(/There can be no table 't': a name has 3 to 255/);
    await expect(publish(options)).rejects.toThrow(/There can be no table 't': a name has 3 to 255/);
    await expect(publish(options)).rejects.toThrow(TableNotFoundError);
  });

  it("refuses publish: 'auto' where the endpoint is not loopback, before any request", async () => {
    const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    await expect(openStore({ schema: shop, table: 't', client, publish: 'auto' })).rejects.toThrow(AutoPublishError);
  });

  it('refuses a field that is stored under the name of a key attribute', async () => {
    const options = { schema: shop, ...place(), keys: { pk: 'customerId', sk: 'sk' } };
    await createTable(options);
    await expect(openStore(options)).rejects.toThrow(KeyAttributeTakenError);
    const renamed = { schema: shop, ...place(), keys: { pk: 'createdAt', sk: 'sk' } };
    await expect(openStore(renamed)).rejects.toThrow(KeyAttributeTakenError);
  });

  it('refuses options that are unknown or not what they take', async () => {
    const good = { schema: shop, table: 't', client: engine.client };
    for (const bad of [
      { ...good, registryMaxAge: '1000' },
      { ...good, publish: true },
      { ...good, incomplete: 'yes' },
      { ...good, keys: { pk: 'a', sk: 'a' } },
      { ...good, keys: { pk: 'a' } },
      { ...good, table: '' },
      { ...good, client: {} },
      { ...good, schema: undefined },
      { ...good, createTable: 'yes' },
      undefined,
    ]) {
      await expect(openStore(bad as never)).rejects.toThrow(StoreOptionError);
    }
    // @ts-expect-error an option that this release does not know
    await expect(openStore({ ...good, foreground: {} })).rejects.toThrow(/foreground is not known/);
  });

  it('lets a process be stricter about its creates than the registry, and not looser', async () => {
    const bench = await Bench.on(engine);
    const place = { schema: shopV1, table: bench.table, client: bench.client };
    await bench.open(shopV1);
    await openStore({ ...place, createGuard: 'fence', registryMaxAge: 1000 });
    await expect(openStore({ ...place, registryMaxAge: 60_001 })).rejects.toThrow(/records 60000/);
    await expect(openStore({ ...place, createGuard: 'age' })).rejects.toThrow(/may only be stricter/);
    await expect(openStore({ ...place, registryMaxAge: 0 })).rejects.toThrow(StoreOptionError);
  });
});

it('says once that its version is in use, before its first write and not for reads', async () => {
  const bench = await Bench.on(engine);
  const store = await bench.open(shopV1);
  const orders = store.repository(OrderV1);
  const active = async (): Promise<number> => {
    const { rows } = await bench.gateway.query({ pk: '$ductile' });
    return rows.filter((row) => JSON.stringify(row).includes('"active"')).length;
  };
  await orders.findByKeyPath(BY_CUSTOMER, { customerId: 'ada', orderId: order.orderId });
  expect(await active()).toBe(0);
  const write = (customerId: string) =>
    orders.insert(orders.create({ customerId, items: [], createdAt: new Date(0), priority: 'low' }));
  await Promise.all(['a', 'b', 'c'].map(write));
  expect(await active()).toBe(1);
  // Another process at the version finds that it was said.
  const others = (await bench.open(shopV1)).repository(OrderV1);
  await others.insert(others.create({ customerId: 'd', items: [], createdAt: new Date(0), priority: 'low' }));
  expect(await active()).toBe(1);
});

it('takes every class that the schema has, and no other', async () => {
  const bench = await Bench.on(engine);
  const store = await bench.open(twoPaths);
  expect(store.repository(Thing).entityClass).toBe(Thing);
});
