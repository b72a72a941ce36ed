import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CreateInput } from '../../src/decorators/generated.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  ItemExistsError,
  KeyPathConflictError,
  OptimisticLockError,
  PrimaryKeyChangedError,
} from '../../src/protocol/errors.js';
import { openStoreOver } from '../../src/store/open-store.js';
import { revisionOf } from '../../src/store/entity-state.js';
import { ItemNotFoundError, NotAnEntityError, StoreClosedError, UpdateCallbackError } from '../../src/store/errors.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import type { Gateway } from '../../src/table/gateway.js';
import { ValidationError } from '../../src/views/errors.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CODE, BY_CUSTOMER, BY_DELIVERY, Item, Order, shop } from './shop.js';

let engine: LocalEngine;
let bench: Bench;
let store: Store;
let orders: Repository<Order>;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
  store = await bench.open(shop);
  orders = store.repository(Order);
});

const day = new Date('2026-12-24T00:00:00Z');

const plain = (more: Partial<CreateInput<Order>> = {}): CreateInput<Order> => ({
  customerId: 'ada',
  items: [{ sku: 'A-1', quantity: 2, gift: false }],
  orderDate: new Date('2026-11-22T10:00:00.789Z'),
  deliveryDate: day,
  priorityLevel: 1,
  ...more,
});

const insert = (more: Partial<CreateInput<Order>> = {}): Promise<Order> => orders.insert(orders.create(plain(more)));

describe('create', () => {
  it('makes an instance with nested instances and generated fields, and stores nothing', async () => {
    const order = orders.create(plain());
    expect(order).toBeInstanceOf(Order);
    expect(order.items[0]).toBeInstanceOf(Item);
    expect(order.orderId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(order).sort()).toEqual([
      'customerId',
      'deliveryDate',
      'items',
      'orderDate',
      'orderId',
      'priorityLevel',
    ]);
    expect(await bench.rows()).toEqual([]);
  });
});

describe('insert', () => {
  it('stores an item with the rows of all its key paths, and the entity in hand says what was stored', async () => {
    const orderId = randomUUID().toUpperCase();
    const order = await insert({ orderId, code: 'X1' });
    expect(order.orderId).toBe(orderId.toLowerCase());
    expect(order.orderDate).toEqual(new Date('2026-11-22T10:00:00Z'));
    expect(await bench.rows()).toHaveLength(3);
    expect(await bench.wrong()).toEqual([]);
    expect(await orders.findByKeyPath(BY_CUSTOMER, { customerId: 'ada', orderId })).toEqual(order);
    expect(await orders.findByKeyPath(BY_CODE, { code: 'X1' })).toEqual(order);
  });

  it('refuses an item that exists', async () => {
    const { orderId } = await insert();
    await expect(insert({ orderId })).rejects.toThrow(ItemExistsError);
  });

  it('refuses an item one of whose key paths another item has, and writes nothing', async () => {
    await insert({ code: 'X1' });
    await expect(insert({ code: 'X1' })).rejects.toThrow(KeyPathConflictError);
    expect(await bench.rows()).toHaveLength(3);
    expect(await bench.wrong()).toEqual([]);
  });

  it('names every violation at once', async () => {
    const order = orders.create({ items: [{ sku: 'A', quantity: 1.5, gift: true }] } as never);
    const error = await orders.insert(order).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).problems.map(({ path }) => path).sort()).toEqual([
      'customerId',
      'deliveryDate',
      'items[0].quantity',
      'orderDate',
      'priorityLevel',
    ]);
  });

  it('takes an instance that was made with new', async () => {
    const order = Object.assign(new Order(), plain());
    await orders.insert(order);
    expect(order.orderId).toBeDefined();
    expect(await bench.wrong()).toEqual([]);
  });
});

describe('save', () => {
  it('inserts what create made, and may be called again on the same entity', async () => {
    const order = orders.create(plain());
    await orders.save(order);
    const first = revisionOf(order);
    order.note = 'ring twice';
    await orders.save(order);
    order.items.push({ sku: 'B', quantity: 1, gift: true });
    await orders.save(order);
    expect(revisionOf(order)).not.toBe(first);
    const { customerId, orderId } = order;
    expect(await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId })).toEqual(order);
  });

  it('moves the secondary rows with their keys, and leaves nothing behind', async () => {
    const order = await insert({ code: 'X1' });
    order.deliveryDate = new Date('2026-12-31T00:00:00Z');
    delete order.code;
    await orders.save(order);
    expect(await bench.rows()).toHaveLength(2);
    expect(await bench.wrong()).toEqual([]);
    expect(await orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).toArray()).toEqual([]);
    expect(await orders.findByKeyPath(BY_CODE, { code: 'X1' })).toBeUndefined();
  });

  it('writes nothing where nothing changed', async () => {
    const order = await insert();
    const revision = revisionOf(order);
    await orders.save(order);
    expect(revisionOf(order)).toBe(revision);
  });

  it('finds out that an item has changed or is gone also where there is nothing to write', async () => {
    const order = await insert();
    const { customerId, orderId } = order;
    await orders.update({ customerId, orderId }, (each) => void (each.note = 'theirs'));
    await expect(orders.save(order)).rejects.toThrow(OptimisticLockError);
    const loaded = (await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId }))!;
    await orders.save(loaded);
    await orders.delete({ customerId, orderId });
    await expect(orders.save(loaded)).rejects.toThrow(OptimisticLockError);
  });

  it('refuses what another writer changed, deleted, or deleted and created again', async () => {
    const order = await insert();
    const { customerId, orderId } = order;
    const other = (await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId }))!;
    other.note = 'theirs';
    await orders.save(other);
    order.note = 'mine';
    await expect(orders.save(order)).rejects.toThrow(OptimisticLockError);
    await orders.delete(other);
    await expect(orders.save(order)).rejects.toThrow(OptimisticLockError);
    await insert({ orderId });
    await expect(orders.save(order)).rejects.toThrow(OptimisticLockError);
  });

  it('refuses a changed primary parameter', async () => {
    const order = await insert();
    order.customerId = 'bob';
    await expect(orders.save(order)).rejects.toThrow(PrimaryKeyChangedError);
  });

  it('serves ETags by ifRevision', async () => {
    const order = await insert();
    const seen = revisionOf(order);
    order.note = 'one';
    await orders.save(order, { ifRevision: seen });
    order.note = 'two';
    await expect(orders.save(order, { ifRevision: seen })).rejects.toThrow(OptimisticLockError);
  });

  it('refuses copies, plain objects and entities of another store', async () => {
    const order = await insert();
    await expect(orders.save({ ...order })).rejects.toThrow(NotAnEntityError);
    await expect(orders.save(Object.assign(new Order(), order))).rejects.toThrow(NotAnEntityError);
    const elsewhere = (await bench.open(shop)).repository(Order);
    await expect(elsewhere.save(order)).rejects.toThrow(NotAnEntityError);
    expect(() => revisionOf({ ...order })).toThrow(NotAnEntityError);
  });

  it('carries out two saves of one entity one after the other', async () => {
    const order = await insert();
    order.note = 'one';
    const first = orders.save(order);
    order.note = 'two';
    await Promise.all([first, orders.save(order)]);
    const { customerId, orderId } = order;
    expect((await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId }))!.note).toBe('two');
  });

  it('stores the entity as it was when it was called, also where the layout moves and the caller goes on', async () => {
    const { orderId } = await insert({ items: [{ sku: 'A-1', quantity: 2, gift: true }] });
    let meanwhile = (): Promise<unknown> => Promise.resolve();
    const write: Gateway['write'] = async (...request) => {
      const before = meanwhile;
      meanwhile = () => Promise.resolve();
      await before();
      return bench.gateway.write(...request);
    };
    const others = await openStoreOver(gatewayOver(bench.gateway, { write }), { schema: shop });
    const there = others.repository(Order);
    const key = { customerId: 'ada', orderId };
    await there.update(key, (each) => void (each.note = 'announced'));
    const order = (await there.findByKeyPath(BY_CUSTOMER, key))!;

    order.priorityLevel = 2;
    order.items[0]!.quantity = 3;
    meanwhile = () => {
      Object.assign(order, { priorityLevel: 'none at all', note: 'later' });
      order.items[0]!.sku = 'B-2';
      return bench.moveLayouts();
    };
    await there.save(order);
    const found = (await orders.findByKeyPath(BY_CUSTOMER, key))!;
    expect(found).toMatchObject({
      priorityLevel: 2,
      note: 'announced',
      items: [{ sku: 'A-1', quantity: 3, gift: true }],
    });

    order.priorityLevel = 4;
    await there.save(order);
    const again = (await orders.findByKeyPath(BY_CUSTOMER, key))!;
    expect(again).toMatchObject({ priorityLevel: 4, note: 'later', items: [{ sku: 'B-2', quantity: 3, gift: true }] });
    expect(await bench.wrong()).toEqual([]);
  });

  it('refuses what another writer changed since it was loaded through a secondary row [NO-LOSS]', async () => {
    const { orderId } = await insert();
    const [order] = await orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).toArray();
    await orders.update({ customerId: 'ada', orderId }, (each) => void (each.note = 'first'));
    order!.note = 'late';
    await expect(orders.save(order!)).rejects.toMatchObject({ code: 'OPTIMISTIC_LOCK' });
    await expect(orders.delete(order!)).rejects.toMatchObject({ code: 'OPTIMISTIC_LOCK' });
  });

  it('reads the primary first where the entity was loaded through a secondary row', async () => {
    await insert();
    const [order] = await orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).toArray();
    order!.note = 'late';
    await orders.save(order!);
    order!.note = 'later';
    await orders.save(order!);
    expect(await bench.wrong()).toEqual([]);
    expect(
      (await orders.findByKeyPath(BY_DELIVERY, { deliveryDate: day, customerId: 'ada', orderId: order!.orderId }))
        ?.note,
    ).toBe('later');
  });
});

describe('update', () => {
  it('reads, changes and writes, again where others are faster', async () => {
    const { customerId, orderId } = await insert({ items: [] });
    const add = (sku: string) =>
      orders.update({ customerId, orderId }, (order) => {
        order.items.push({ sku, quantity: 1, gift: false });
      });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(add));
    const order = await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId });
    expect(order!.items.map(({ sku }) => sku).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await bench.wrong()).toEqual([]);
  });

  it('says where there is no item, and where the callback returns something', async () => {
    const key = { customerId: 'ada', orderId: randomUUID() };
    await expect(orders.update(key, () => {})).rejects.toThrow(ItemNotFoundError);
    const { customerId, orderId } = await insert();
    // @ts-expect-error a callback that returns something
    await expect(orders.update({ customerId, orderId }, (order) => ({ ...order }))).rejects.toThrow(
      UpdateCallbackError,
    );
    // @ts-expect-error a callback that is asynchronous
    await expect(orders.update({ customerId, orderId }, async () => {})).rejects.toThrow(/promise/);
  });
});

describe('delete', () => {
  it('deletes an item with all its rows, by entity or by key', async () => {
    const first = await insert({ code: 'X1' });
    const second = await insert();
    expect(await orders.delete(first)).toBe(true);
    expect(await orders.delete({ customerId: second.customerId, orderId: second.orderId })).toBe(true);
    expect(await orders.delete({ customerId: second.customerId, orderId: second.orderId })).toBe(false);
    expect(await bench.rows()).toEqual([]);
  });

  it('checks the revision of an entity', async () => {
    const order = await insert();
    await orders.update({ customerId: order.customerId, orderId: order.orderId }, (o) => {
      o.note = 'changed';
    });
    await expect(orders.delete(order)).rejects.toThrow(OptimisticLockError);
    const [listed] = await orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: day }).toArray();
    expect(await orders.delete(listed!)).toBe(true);
    expect(await bench.rows()).toEqual([]);
  });

  it('refuses a copy', async () => {
    const order = await insert();
    await expect(orders.delete({ ...order })).rejects.toThrow(/copy/);
  });
});

it('leaves no trace on entities', async () => {
  const order = await insert();
  const { customerId, orderId } = order;
  const loaded = (await orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId }))!;
  expect(Reflect.ownKeys(loaded).sort()).toEqual(Reflect.ownKeys(order).sort());
  expect(JSON.parse(JSON.stringify(loaded))).toEqual({
    customerId,
    orderId,
    items: [{ sku: 'A-1', quantity: 2, gift: false }],
    orderDate: '2026-11-22T10:00:00.000Z',
    deliveryDate: day.toISOString(),
    priorityLevel: 1,
  });
});

it('keeps a parameter inside its segment', async () => {
  const outside = await insert({ customerId: 'x', orderId: '00000000-0000-4000-8000-000000000001' });
  const inside = await insert({ customerId: 'x/order-1', orderId: '00000000-0000-4000-8000-000000000001' });
  expect(await orders.listByKeyPath('/customer-:customerId', { customerId: 'x' }).toArray()).toEqual([outside]);
  expect(await orders.listByKeyPath('/customer-:customerId', { customerId: 'x/order-1' }).toArray()).toEqual([inside]);
});

it('refuses calls after close', async () => {
  const order = await insert();
  await store.close();
  await expect(orders.save(order)).rejects.toThrow(StoreClosedError);
  expect(() => store.repository(Order)).toThrow(StoreClosedError);
});
