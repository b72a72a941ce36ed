import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KeyTooLargeError } from '../../src/keypaths/errors.js';
import type { LocalEngine } from '../../src/local/index.js';
import { UnknownItemTypeError } from '../../src/schema/errors.js';
import { revisionOf } from '../../src/store/entity-state.js';
import {
  InvalidOptionError,
  NoSuchKeyPathError,
  NotAnEntityError,
  StoreOptionError,
  UpdateCallbackError,
} from '../../src/store/errors.js';
import { publish } from '../../src/store/publish.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CODE, BY_CUSTOMER, Order, shop } from './shop.js';

/* What a caller without a compiler can give. Each is told before a request could carry it. */

const untyped = (value: unknown): never => value as never;
const ID = '00000000-0000-4000-8000-000000000001';

let engine: LocalEngine;
let bench: Bench;
let store: Store;
let orders: Repository<Order>;
let order: Order;

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  store = await bench.open(shop);
  orders = store.repository(Order);
  order = await orders.insert(
    orders.create({
      customerId: 'ada',
      orderId: ID,
      items: [],
      orderDate: new Date(0),
      deliveryDate: new Date(0),
      priorityLevel: 1,
    }),
  );
});
afterAll(() => engine.stop());

it('a find by values that make no possible key is told so', async () => {
  const code = 'x'.repeat(3000);
  await expect(orders.findByKeyPath(BY_CODE, { code })).rejects.toThrow(KeyTooLargeError);
  await expect(orders.delete({ customerId: code, orderId: ID })).rejects.toThrow(KeyTooLargeError);
});

it('a misspelt option of save does not pass for a save without a condition', async () => {
  await expect(orders.save(order, untyped({ ifRevison: 'x' }))).rejects.toThrow(/ifRevison is not known/);
  await expect(orders.save(order, untyped({ ifRevision: 7 }))).rejects.toThrow(InvalidOptionError);
  await expect(orders.save(order, untyped(null))).rejects.toThrow(InvalidOptionError);
});

it('a save of a new entity at a revision is told that the entity has none, and sends nothing', async () => {
  const next = orders.create({
    customerId: 'ada',
    orderId: '00000000-0000-4000-8000-000000000002',
    items: [],
    orderDate: new Date(0),
    deliveryDate: new Date(0),
    priorityLevel: 1,
  });
  const saved = orders.save(next, { ifRevision: revisionOf(order) });
  await expect(saved).rejects.toThrow(InvalidOptionError);
  await expect(saved).rejects.toThrow(/this Order is new: it was never loaded or written/);
  const { customerId, orderId } = next;
  expect(await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId })).toBeUndefined();
});

it('an update without a callback, a create without an object, a repository without a class', async () => {
  const key = { customerId: 'ada', orderId: ID };
  await expect(orders.update(key, untyped(undefined))).rejects.toThrow(UpdateCallbackError);
  await expect(orders.update(untyped(null), () => {})).rejects.toThrow(/was given null/);
  expect(() => orders.create(untyped([order]))).toThrow(/was given an array/);
  expect(() => store.repository(untyped(undefined))).toThrow(UnknownItemTypeError);
  expect(() => revisionOf(untyped(undefined))).toThrow(NotAnEntityError);
});

it('a find by the beginning of a key path is shown the list, and a text with values in it the tag', async () => {
  const found = (path: string): Promise<unknown> => orders.findByKeyPath(untyped(path), {});
  await expect(found('/customer-:customerId')).rejects.toThrow(/listByKeyPath/);
  await expect(found(`/customer-ada/order-${ID}`)).rejects.toThrow(/keyPath`/);
  await expect(found('/customer-:customerId/ordr-:orderId')).rejects.toThrow(NoSuchKeyPathError);
  await expect(found('/customer-:customerId/ordr-:orderId')).rejects.toThrow(
    new RegExp(`did you mean '${BY_CUSTOMER}'`),
  );
});

it('publish refuses options that it does not know, or that are not what it takes', async () => {
  const good = { schema: shop, table: bench.table, client: bench.client };
  for (const bad of [
    { ...good, creatTable: true },
    { ...good, keys: { pk: 'a' } },
    { ...good, table: '' },
    { ...good, client: {} },
    { ...good, schema: { name: 'shop', types: [] } },
    undefined,
  ]) {
    await expect(publish(untyped(bad))).rejects.toThrow(StoreOptionError);
  }
});
