import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { OptimisticLockError } from '../../src/protocol/errors.js';
import { revisionOf } from '../../src/store/entity-state.js';
import { NotAnEntityError } from '../../src/store/errors.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import type * as Ductile from '../../src/index.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CUSTOMER, Invoice, Order, shop } from './shop.js';

/* Which object stands for a row: the one that the repository made, loaded or stored, and no other that is like it. */

let engine: LocalEngine;
let bench: Bench;
let store: Store;
let orders: Repository<Order>;
let order: Order;

const plain = (): Omit<Order, 'orderId'> => ({
  customerId: 'ada',
  items: [{ sku: 'A-1', quantity: 2, gift: false }],
  orderDate: new Date(0),
  deliveryDate: new Date(0),
  priorityLevel: 1,
});
const keyOf = ({ customerId, orderId }: Order) => ({ customerId, orderId: orderId as string });
const stored = ({ customerId, orderId }: Order) => orders.findByKeyPath(BY_CUSTOMER, { customerId, orderId });

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  store = await bench.open(shop);
  orders = store.repository(Order);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  order = await orders.insert(orders.create(plain()));
});

/** What resembles an entity, and what the error calls it. */
const lookalikes: readonly (readonly [string, (entity: Order) => Order, RegExp])[] = [
  ['a copy by spreading', (entity) => ({ ...entity }), /a plain object\..*\{ \.\.\.item \}/],
  ['a structured clone', (entity) => structuredClone(entity), /a plain object\./],
  ['a plain object of another realm', (entity) => fromElsewhere(entity), /a plain object\./],
  [
    'a copy that kept the prototype',
    (entity) => Object.assign(Object.create(Object.getPrototypeOf(entity) as object) as Order, entity),
    /an instance of Order that this repository did not make, load or store: a copy of an entity, or one made with new/,
  ],
  ['a copy onto a new instance', (entity) => Object.assign(new Order(), entity), /enters by insert\(\)/],
  ['a proxy', (entity) => new Proxy(entity, {}), /a Proxy\. Give the object that it stands before/],
  [
    'an instance of a subclass',
    (entity) => Object.assign(new (class Rush extends Order {})(), entity),
    /an instance of Rush/,
  ],
  [
    'an instance of a class of the same name',
    (entity) => Object.assign(new another.Order(), entity),
    /another class that is called Order too/,
  ],
];

const fromElsewhere = (entity: Order): Order => runInNewContext(`(${JSON.stringify(entity)})`) as Order;
const another = {
  Order: class Order {},
} as unknown as { readonly Order: new () => object };

describe('[NO-RESURRECT] what resembles an entity', () => {
  it.each(lookalikes)(
    '%s is not saved, not over the item and not after it was deleted',
    async (_, resembling, words) => {
      const copy = resembling(order);
      copy.note = 'of the copy';
      await expect(orders.save(copy)).rejects.toThrow(NotAnEntityError);
      await expect(orders.save(copy)).rejects.toThrow(words);
      await expect(orders.save(copy, { ifRevision: revisionOf(order) })).rejects.toThrow(NotAnEntityError);
      expect((await stored(order))!.note).toBeUndefined();

      await orders.delete(keyOf(order));
      await expect(orders.save(copy)).rejects.toThrow(NotAnEntityError);
      expect(await stored(order)).toBeUndefined();
      expect(() => revisionOf(copy)).toThrow(NotAnEntityError);
    },
  );

  it.each(lookalikes)('%s is not deleted', async (_, resembling) => {
    await expect(orders.delete(resembling(order))).rejects.toThrow(NotAnEntityError);
    expect(await stored(order)).toBeDefined();
  });

  it('the entity itself does not bring the item back either', async () => {
    const loaded = (await stored(order))!;
    await orders.delete(keyOf(order));
    for (const entity of [order, loaded]) await expect(orders.save(entity)).rejects.toThrow(OptimisticLockError);
    expect(await stored(order)).toBeUndefined();
  });
});

describe('an entity of elsewhere', () => {
  it('is told from a copy: of another store, of another type, of another table', async () => {
    const again = (await bench.open(shop)).repository(Order);
    await expect(again.save(order)).rejects.toThrow(/an entity of another store, of the same table/);
    await expect(again.insert(order)).rejects.toThrow(/an entity of another store/);
    const elsewhere = (await (await Bench.on(engine)).open(shop)).repository(Order);
    await expect(elsewhere.delete(order)).rejects.toThrow(
      new RegExp(`an entity of another store, of table ${bench.table}`),
    );
    await expect(store.repository(Invoice).save(order as never)).rejects.toThrow(/another repository: that of Order/);
  });

  it('of another copy of the package is told so', async () => {
    const copy = await secondCopy();
    const other = await copy.openStore({ schema: shop, table: bench.table, client: bench.client });
    const { customerId, orderId } = order;
    const loaded = (await other.repository(Order).findByKeyPath(BY_CUSTOMER, { customerId, orderId }))!;
    for (const refused of [orders.save(loaded), orders.insert(loaded), orders.delete(loaded)]) {
      await expect(refused).rejects.toThrow(/an entity of another copy of the package ductile/);
    }
    expect(() => revisionOf(loaded)).toThrow(/another copy of the package ductile/);
    await other.repository(Order).save(loaded);
    await other.close();
  });
});

/** The sources once more, as a process has them that loads the package as ESM and as CommonJS. */
async function secondCopy(): Promise<typeof Ductile> {
  let copy!: Promise<typeof Ductile>;
  await jest.isolateModulesAsync(async () => {
    copy = import('../../src/index.js');
    await copy;
  });
  return copy;
}

describe("an instance of the caller's own new", () => {
  const own = (more: object = {}): Order => Object.assign(new Order(), plain(), more);

  it('enters by insert, and is an entity from then on', async () => {
    const made = own();
    await expect(orders.save(made)).rejects.toThrow(/a new instance enters by insert\(\)/);
    expect((await bench.rows()).some((row) => row['orderId'] === undefined)).toBe(false);
    await orders.insert(made);
    made.note = 'later';
    await orders.save(made);
    expect((await stored(made))!.note).toBe('later');
    await orders.delete(made);
    await expect(orders.save(made)).rejects.toThrow(OptimisticLockError);
  });

  it('is none after an insert that was refused, and can be inserted again', async () => {
    const made = own({ orderId: order.orderId });
    await expect(orders.insert(made)).rejects.toMatchObject({ code: 'ITEM_EXISTS' });
    await expect(orders.save(made)).rejects.toThrow(/a new instance enters by insert\(\)/);
    expect(() => revisionOf(made)).toThrow(/not stored yet/);
    await expect(orders.delete(made)).rejects.toThrow(/not stored/);
    made.orderId = '00000000-0000-4000-8000-00000000000a';
    await orders.insert(made);
    expect(await stored(made)).toEqual(made);
  });

  it('may enter by another store where one refused it', async () => {
    const made = own({ customerId: 7 });
    await expect(orders.insert(made)).rejects.toMatchObject({ code: 'VALIDATION' });
    const again = (await bench.open(shop)).repository(Order);
    await expect(again.save(made)).rejects.toThrow(/a new instance enters by insert\(\)/);
    made.customerId = 'ada';
    await again.insert(made);
    await again.save(made);
    await expect(orders.save(made)).rejects.toThrow(/an entity of another store/);
  });

  it('may be saved while its insert is under way', async () => {
    const made = own();
    const inserted = orders.insert(made);
    made.note = 'later';
    await Promise.all([inserted, orders.save(made)]);
    expect((await stored(made))!.note).toBe('later');
  });

  it('is not taken where it is a proxy, or of another class', async () => {
    await expect(orders.insert(new Proxy(own(), {}))).rejects.toThrow(/a Proxy/);
    await expect(orders.insert(Object.assign(new (class Rush extends Order {})(), plain()))).rejects.toThrow(
      /an instance of Rush/,
    );
  });
});
