import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyPath } from '../../src/keypaths/tagged.js';
import type { LocalEngine } from '../../src/local/index.js';
import { ForeignRowError } from '../../src/protocol/errors.js';
import {
  AmbiguousKeyPathError,
  InvalidCursorError,
  InvalidOptionError,
  KeyParameterError,
  NoSuchKeyPathError,
} from '../../src/store/errors.js';
import type { ItemList } from '../../src/store/item-list.js';
import type { Repository } from '../../src/store/repository.js';
import type { Store } from '../../src/store/store.js';
import { DamagedRowError, ValidationError } from '../../src/views/errors.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { BY_CODE, BY_CUSTOMER, Invoice, Order, shop, shopV1, OrderV1 } from './shop.js';

let engine: LocalEngine;
let bench: Bench;
let store: Store;
let orders: Repository<Order>;
let invoices: Repository<Invoice>;

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ORDERS = '/customer-:customerId/order-';

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  store = await bench.open(shop);
  orders = store.repository(Order);
  invoices = store.repository(Invoice);
  for (let n = 0; n < 25; n += 1) {
    const customerId = n < 20 ? 'ada' : 'ada2';
    await orders.insert(
      orders.create({
        customerId,
        orderId: id(n),
        items: [],
        orderDate: new Date(n * 1000),
        deliveryDate: new Date(1e12),
        priorityLevel: n,
      }),
    );
  }
  for (const number of [-5, 3, 12, 100]) await invoices.insert(invoices.create({ customerId: 'ada', number }));
});
afterAll(() => engine.stop());

const levels = (items: readonly Order[]): number[] => items.map(({ priorityLevel }) => priorityLevel);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('listByKeyPath', () => {
  it('iterates a group in key order, in both directions, up to a limit', async () => {
    const list = orders.listByKeyPath('/customer-:customerId', { customerId: 'ada' });
    expect(levels(await list.toArray())).toEqual(range(0, 20));
    expect(levels(await list.toArray())).toEqual(range(0, 20));
    const down = orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { direction: 'descending', limit: 3 });
    expect(levels(await down.toArray())).toEqual([19, 18, 17]);
    expect((await down.first())!.priorityLevel).toBe(19);
  });

  it.each([1, 3, 7, 19, 20, 100])('pages by %i through exactly the same items', async (limit) => {
    for (const direction of ['ascending', 'descending'] as const) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const options = { limit, direction, ...(cursor === undefined ? {} : { cursor }) };
        const page = await orders.listByKeyPath(ORDERS, { customerId: 'ada' }, options).page();
        expect(page.complete).toBe(true);
        expect(page.items.length).toBe(Math.min(limit, 20 - seen.length));
        seen.push(...levels(page.items));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(direction === 'ascending' ? range(0, 20) : range(0, 20).reverse());
    }
  });

  it('bounds the next parameter by the order of its type', async () => {
    const numbers = async (bounds: object): Promise<number[]> =>
      (await invoices.listByKeyPath('/customer-:customerId/invoice-', { customerId: 'ada' }, bounds).toArray()).map(
        (i) => i.number,
      );
    expect(await numbers({})).toEqual([-5, 3, 12, 100]);
    expect(await numbers({ gt: 3 })).toEqual([12, 100]);
    expect(await numbers({ gte: 3, lt: 100 })).toEqual([3, 12]);
    expect(await numbers({ between: [-5, 12] })).toEqual([-5, 3, 12]);
    expect(await numbers({ gt: 100 })).toEqual([]);
    await expect(numbers({ gt: 1, gte: 1 })).rejects.toThrow(/cannot be combined/);
    await expect(numbers({ gt: 'x' })).rejects.toThrow(ValidationError);
  });

  it('takes a key path in hand', async () => {
    expect(levels(await orders.listByKeyPath(keyPath`/customer-${'ada2'}/order-`).toArray())).toEqual(range(20, 25));
    expect((await orders.findByKeyPath(keyPath`/customer-${'ada'}/order-${id(4)}`))!.priorityLevel).toBe(4);
    expect(await orders.findByKeyPath(keyPath`/customer-${'ada/order-'}/order-${id(4)}`)).toBeUndefined();
  });

  it('lists several types of a group in key order', async () => {
    const list = store.listByKeyPath('/customer-:customerId', { customerId: 'ada' }, { types: [Order, Invoice] });
    const all = await list.toArray();
    expect(all.slice(0, 4).every((each) => each instanceof Invoice)).toBe(true);
    expect(all.slice(4).every((each) => each instanceof Order)).toBe(true);
    expect(all).toHaveLength(24);
    const page = await store
      .listByKeyPath('/customer-:customerId', { customerId: 'ada' }, { types: [Order, Invoice], limit: 5 })
      .page();
    const next = await store
      .listByKeyPath(
        '/customer-:customerId',
        { customerId: 'ada' },
        { types: [Invoice, Order], limit: 5, cursor: page.cursor! },
      )
      .page();
    expect([...page.items, ...next.items]).toEqual(all.slice(0, 10));
  });

  it('refuses prefixes that select no key path, or several', async () => {
    expect(() => orders.listByKeyPath('/custmer-:customerId', { customerId: 'ada' })).toThrow(NoSuchKeyPathError);
    expect(() => orders.listByKeyPath('/customer-:customerId/ord', { customerId: 'ada' })).toThrow(NoSuchKeyPathError);
    const error = await orders.findByKeyPath('/kode-:code', { code: 'x' } as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoSuchKeyPathError);
    expect((error as NoSuchKeyPathError).message).toContain(`did you mean '${BY_CODE}'`);
  });

  it('refuses parameters that are missing, unknown or of another type, before any request', async () => {
    expect(() => orders.listByKeyPath('/customer-:customerId', {} as never)).toThrow(KeyParameterError);
    expect(() => orders.listByKeyPath('/customer-:customerId', { customerId: 'a', other: 1 } as never)).toThrow(
      KeyParameterError,
    );
    // @ts-expect-error a number is no customerId
    await expect(orders.findByKeyPath(BY_CUSTOMER, { customerId: 7, orderId: id(1) })).rejects.toThrow(ValidationError);
    await expect(orders.findByKeyPath(BY_CUSTOMER, { customerId: 'a', orderId: 'no uuid' })).rejects.toThrow(
      ValidationError,
    );
  });

  it('refuses options that it does not know', () => {
    const list = (options: object) => () => orders.listByKeyPath(ORDERS, { customerId: 'ada' }, options);
    for (const options of [
      { limit: 0 },
      { limit: 1.5 },
      { direction: 'up' },
      { consistent: 1 },
      { incomplete: true },
      { fliter: 1 },
    ]) {
      expect(list(options)).toThrow(InvalidOptionError);
    }
  });
});

describe('cursors', () => {
  const cursorOf = async (options: object = {}): Promise<string> =>
    (await orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { limit: 5, ...options }).page()).cursor!;

  it('are refused where they are damaged', async () => {
    const cursor = await cursorOf();
    for (let at = 0; at < cursor.length; at += 1) {
      const damaged = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect(() => orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor: damaged })).toThrow(
        InvalidCursorError,
      );
    }
    for (const text of ['', '1', 'x', cursor + 'A', cursor.slice(1)]) {
      expect(() => orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor: text })).toThrow(InvalidCursorError);
    }
  });

  it('are refused by every other list', async () => {
    const cursor = await cursorOf();
    const refused = (list: () => unknown): void => void expect(list).toThrow(InvalidCursorError);
    refused(() => orders.listByKeyPath(ORDERS, { customerId: 'ada2' }, { cursor }));
    refused(() => orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor, direction: 'descending' }));
    refused(() => orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor, gte: id(2) }));
    refused(() => orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate: new Date(1e12) }, { cursor }));
    refused(() => invoices.listByKeyPath('/customer-:customerId', { customerId: 'ada' }, { cursor }));
  });

  it('are good for the same rows, however the prefix is spelled, and with another limit', async () => {
    const cursor = await cursorOf();
    const next = async (list: ItemList<Order>) => (await list.page()).items.map(({ orderId }) => orderId);
    const expected = range(5, 8).map(id);
    const options = { cursor, limit: 3 };
    expect(await next(orders.listByKeyPath('/customer-:customerId', { customerId: 'ada' }, options))).toEqual(expected);
    expect(await next(orders.listByKeyPath(keyPath`/customer-${'ada'}/order-`, options))).toEqual(expected);
    const eventually = { ...options, consistent: false } as const;
    expect(await next(orders.listByKeyPath(ORDERS, { customerId: 'ada' }, eventually))).toEqual(expected);
  });

  it('are good at every schema version, in either direction', async () => {
    const old = (await bench.open(shopV1)).repository(OrderV1);
    const fromNew = await cursorOf();
    const byOld = await old.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor: fromNew, limit: 2 }).page();
    expect(byOld.items.map(({ orderId }) => orderId)).toEqual([id(5), id(6)]);
    const byNew = await orders.listByKeyPath(ORDERS, { customerId: 'ada' }, { cursor: byOld.cursor!, limit: 2 }).page();
    expect(levels(byNew.items)).toEqual([7, 8]);
  });
});

describe('rows that are not whole', () => {
  it('are reported with their key, and other programs are told apart', async () => {
    const place = await Bench.on(engine);
    const repository = (await place.open(shop)).repository(Order);
    const order = await repository.insert(
      repository.create({
        customerId: 'c',
        items: [],
        orderDate: new Date(0),
        deliveryDate: new Date(0),
        priorityLevel: 1,
      }),
    );
    const key = { customerId: 'c', orderId: order.orderId };
    const [whole] = (await place.rows()).filter((row) => !('$owner' in row));
    const at = place.gateway.keyOf(whole!);
    const find = () => repository.findByKeyPath(BY_CUSTOMER, key);
    const list = () => repository.listByKeyPath('/customer-:customerId', { customerId: 'c' }).toArray();

    await place.putRaw(at, { ...whole!, priorityLevel: { S: 'high' } });
    await expect(find()).rejects.toThrow(DamagedRowError);
    await expect(list()).rejects.toThrow(JSON.stringify(at.pk).slice(1, -1));
    const { $rev: _revision, ...without } = whole!;
    await place.putRaw(at, without);
    await expect(find()).rejects.toThrow(DamagedRowError);
    await place.putRaw(at, { ...whole!, customerId: { S: 'other' } });
    await expect(find()).rejects.toThrow(DamagedRowError);
    const { $type: _type, ...foreign } = whole!;
    await place.putRaw(at, foreign);
    await expect(find()).rejects.toThrow(ForeignRowError);
    await expect(list()).rejects.toThrow(ForeignRowError);
  });
});

it('refuses a prefix that several key paths begin with, and names them', async () => {
  const { twoPaths, Thing } = await import('./two-paths.js');
  const place = await Bench.on(engine);
  const things = (await place.open(twoPaths)).repository(Thing);
  const error = (() => {
    try {
      return things.listByKeyPath('/shelf-:shelf', { shelf: 's' });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(AmbiguousKeyPathError);
  expect((error as AmbiguousKeyPathError).choices).toEqual(['/shelf-:shelf/id-:id', '/shelf-:shelf/name-:name']);
  await things.insert(things.create({ shelf: 's', id: 'i', name: 'n' }));
  expect(await things.listByKeyPath('/shelf-:shelf/name-', { shelf: 's' }).toArray()).toHaveLength(1);
});
