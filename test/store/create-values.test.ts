import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import type { LocalEngine } from '../../src/local/index.js';
import {
  arrayOf,
  type Computed,
  defineSchema,
  Field,
  type Generated,
  ItemType,
  KeyPath,
  mapOf,
  ObjectType,
  type Repository,
  setOf,
  type Store,
} from '../../src/index.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';

/*
 * Values as they come out of HTTP bodies, other realms and other libraries. Jest itself runs each test file in a realm of
 * its own: what Node's own modules make is of another one.
 */

const elsewhere = runInNewContext(`({
  date: (time) => new Date(time), list: (...of) => [...of], set: (...of) => new Set(of), bytes: (...of) => Uint8Array.from(of),
  body: (json) => JSON.parse(json),
})`) as {
  date(time: number): Date;
  list<T>(...of: T[]): T[];
  set<T>(...of: T[]): Set<T>;
  bytes(...of: number[]): Uint8Array;
  body(json: string): object;
};

/** Decorators as applications have them for what clients are sent. */
@ObjectType('Line')
@Exclude()
class Line {
  @Expose() @Field('string') @Transform(({ value }) => String(value).toUpperCase()) sku!: string;
  @Field('int') quantity!: number;
  @Field({ type: 'timestampMilliseconds', required: false }) @Type(() => String) at?: Date;
}

@ObjectType('Address')
class Address {
  @Field('string') @Transform(({ value }) => String(value).trim(), { toClassOnly: true }) city!: string;
  @Field({ type: 'string', required: false }) @Expose({ name: 'zip_code', toClassOnly: true }) zip?: string;
  @Field({ type: 'string', required: false }) @Exclude({ toClassOnly: true }) checkedBy?: string;
  @Field({ type: 'string', required: false }) @Exclude({ toPlainOnly: true }) internal?: string;
  @Field({ type: 'string', required: false }) @Expose({ groups: ['staff'], toClassOnly: true }) staffNote?: string;
}

@ObjectType('Consent')
@Exclude({ toClassOnly: true })
class Consent {
  @Field('boolean') @Expose() given!: boolean;
  @Field({ type: 'string', required: false }) granter?: string;
}

class Labelled {
  get label(): Computed<string> {
    return 'fixed';
  }
}

@ItemType('Order')
@KeyPath('/order-:id')
@Exclude()
class Order extends Labelled {
  @Expose() @Field('string') id!: string;
  @Field('timestampMilliseconds') @Transform(({ value }) => (value as Date).toISOString()) at!: Date;
  @Field({ type: arrayOf(() => Line), required: false }) items?: Line[];
  @Field({ type: mapOf('timestampMilliseconds'), required: false }) dates?: Record<string, Date>;
  @Field({ type: arrayOf('timestampMilliseconds'), required: false }) days?: Date[];
  @Field({ type: setOf('int'), required: false }) numbers?: Set<number>;
  @Field({ type: 'bytes', required: false }) picture?: Uint8Array;
  @Field({ type: 'json', required: false }) extra?: unknown;
  @Field({ type: 'string', required: false }) @Exclude() note?: string;
  @Field({ type: Address, required: false }) address?: Address;
  @Field({ type: Consent, required: false }) consent?: Consent;
  @Field({ type: arrayOf(arrayOf('string')), required: false }) grid?: string[][];

  @Expose() get pieces(): Computed<number> {
    return this.items!.reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

@ItemType('Ticket')
@KeyPath('/ticket-:id')
class Ticket {
  @Field('string') id!: string;
  @Field('string') status = 'open';
  @Field('string') opener!: string;
  @Field({ type: 'string', readDefault: 'plain', required: false }) kind!: Generated<string>;
}

const schema = defineSchema({ name: 'values', types: [Order, Ticket] });
const at = new Date(12_345);
const untyped = (value: unknown): never => value as never;

let engine: LocalEngine;
let bench: Bench;
let store: Store;
let orders: Repository<Order>;
let tickets: Repository<Ticket>;
let ids = 0;
const id = (): string => `order-${++ids}`;

beforeAll(async () => {
  engine = await startEngine();
  bench = await Bench.on(engine);
  store = await bench.open(schema);
  orders = store.repository(Order);
  tickets = store.repository(Ticket);
});
afterAll(() => engine.stop());

/** What is stored of data that `create` takes. */
async function stored(plain: object): Promise<Order> {
  const order = orders.create(untyped({ id: id(), at, ...plain }));
  await orders.insert(order);
  const found = (await orders.findByKeyPath('/order-:id', { id: order.id }))!;
  expect(order).toEqual(found);
  return found;
}

const problemsOf = async (plain: object): Promise<readonly string[]> => {
  const refused = (await orders
    .insert(orders.create(untyped({ id: id(), at, ...plain })))
    .catch((error: unknown) => error)) as { code: string; problems: { path: string }[] };
  expect(refused.code).toBe('VALIDATION');
  return refused.problems.map(({ path }) => path);
};

describe('values of another realm', () => {
  it('dates are dates, in every place', async () => {
    const day = (): Date => elsewhere.date(12_345);
    expect(day()).not.toBeInstanceOf(Date);
    const found = await stored({
      at: day(),
      items: [{ sku: 'a', quantity: 1, at: day() }],
      dates: { one: day() },
      days: elsewhere.list(day(), at),
    });
    expect(found).toMatchObject({ at, items: [{ at }], dates: { one: at }, days: [at, at] });
  });

  it('lists, sets, bytes and whole bodies are what they are', async () => {
    const body = elsewhere.body('{"items":[{"sku":"a","quantity":2}],"extra":{"a":[1,null]},"dates":{}}');
    const found = await stored({ ...body, numbers: elsewhere.set(1, 2), picture: elsewhere.bytes(7) });
    expect(found.items![0]).toBeInstanceOf(Line);
    expect(found.extra).toEqual({ a: [1, null] });
    expect(found.numbers).toEqual(new Set([1, 2]));
    expect(found.picture).toEqual(new Uint8Array([7]));
  });

  it('of an instance that is inserted, of a change, and of the parameters of a find', async () => {
    const order = Object.assign(new Order(), { id: id(), at: elsewhere.date(12_345) });
    await orders.insert(order);
    await orders.update({ id: order.id }, (each) => {
      each.days = elsewhere.list(elsewhere.date(1));
      each.dates = { two: elsewhere.date(2) };
      each.items = [{ sku: 'a', quantity: 1, at: elsewhere.date(3) }];
    });
    const found = await orders.findByKeyPath('/order-:id', elsewhere.body(JSON.stringify({ id: order.id })) as never);
    expect(found).toMatchObject({ at, days: [new Date(1)], dates: { two: new Date(2) }, items: [{ at: new Date(3) }] });
  });

  it('a rejected promise that a callback of update returns does not end the process', async () => {
    const { id } = await stored({});
    const late = (): never => runInNewContext('Promise.reject(new Error("late"))') as never;
    await expect(orders.update({ id }, late)).rejects.toMatchObject({ code: 'UPDATE_CALLBACK' });
  });
});

describe('a value that is none of its field', () => {
  it('is told with its path, and none of its constructors runs', async () => {
    class Money {
      static made = 0;
      constructor(readonly cents?: number) {
        if (++Money.made > 1) throw new TypeError('Money is made by its factory');
      }
    }
    class List extends Array<unknown> {
      static made = 0;
      constructor(...of: never[]) {
        super(...of);
        List.made++;
      }
    }
    const money = new Money(1);
    const url = new URL('https://example.org');
    const list = List.of(money) as List;
    const made = List.made;
    expect(
      await problemsOf({
        at: '2026-01-01T00:00:00Z',
        note: url,
        items: [{ sku: money, quantity: Object(1), at: money }],
        days: list,
        dates: { when: money },
        numbers: new Set([money]),
        extra: { price: money },
        address: new Map(),
        consent: Promise.resolve({ given: true }),
        picture: [1, 2],
      }),
    ).toEqual([
      'at',
      'items[0].sku',
      'items[0].quantity',
      'items[0].at',
      'dates.when',
      'days[0]',
      'numbers',
      'picture',
      'extra.price',
      'note',
      'address',
      'consent',
    ]);
    expect([Money.made, List.made]).toEqual([1, made]);
  });

  it('of a subclass of Array is stored by its elements, and its constructor does not run', async () => {
    class Page extends Array<never> {
      static made = 0;
      constructor(rows: readonly never[] = untyped([])) {
        super();
        Page.made++;
        for (const row of rows) this.push(row);
      }
    }
    const page = (...rows: unknown[]): string[][] => new Page(untyped(rows));
    const order = Object.assign(new Order(), { id: id(), at, grid: page(page('a')), extra: page({ b: page(1) }) });
    const made = Page.made;
    await orders.insert(order);
    order.grid.push(['c']);
    order.extra = page(2);
    await orders.save(order);
    expect(Page.made).toBe(made + 1); // the test's own
    const found = await orders.findByKeyPath('/order-:id', { id: order.id });
    expect(found).toMatchObject({ grid: [['a'], ['c']], extra: [2] });
  });

  it('reaches the entity as it was given', () => {
    const url = new URL('https://example.org');
    const order = orders.create(untyped({ id: 'x', at: url, note: null, picture: () => 1 }));
    expect(order).toMatchObject({ at: url, note: null });
    expect(order.at).toBe(url);
  });

  it('a hole in an array is told at its place', async () => {
    expect(
      await problemsOf({ days: [at, , at], items: [, { sku: 'a', quantity: 1 }], grid: [['a', , 'b'], ,] }),
    ).toEqual(['items[0]', 'days[1]', 'grid[0][1]', 'grid[1]']);
  });

  it('create of what is no object of properties says so', () => {
    for (const [given, words] of [
      [null, 'null'],
      ['text', '"text"'],
      [[], 'an array'],
      [Promise.resolve({}), 'an instance of Promise'],
      [new Map(), 'an instance of Map'],
      [new Date(Number.NaN), 'an invalid Date'],
    ] as const) {
      expect(() => orders.create(untyped(given))).toThrow(`create() was given ${words} in the place of properties`);
    }
  });
});

describe('names that every object seems to have', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    'prototype',
    'isPrototypeOf',
  ];

  it.each(names)('%s as a key of a body is no field, also in a nested object', (name) => {
    const body = JSON.parse(`{"id":"a","${name}":{"polluted":true}}`) as never;
    expect(() => orders.create(body)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PROPERTY', facts: { type: 'Order', properties: [name] } }),
    );
    const nested = JSON.parse(`{"id":"a","items":[{"sku":"a","quantity":1,"${name}":1}]}`) as never;
    expect(() => orders.create(nested)).toThrow(
      expect.objectContaining({ facts: { type: 'Order', properties: [`items[0].${name}`] } }),
    );
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  it('are keys of maps and of JSON like any other', async () => {
    const dates = JSON.parse(`{${names.map((name) => `"${name}":0`).join()}}`) as Record<string, unknown>;
    for (const name of names) Object.defineProperty(dates, name, { value: elsewhere.date(7), enumerable: true });
    const extra = JSON.parse(`{${names.map((name) => `"${name}":"x"`).join()}}`) as object;
    const found = await stored({ dates, extra });
    expect(Object.keys(found.dates!).sort()).toEqual([...names].sort());
    expect(Object.entries(found.dates!).map(([, date]) => date)).toEqual(names.map(() => new Date(7)));
    expect(Object.entries(found.extra as object).sort()).toEqual(names.map((name) => [name, 'x']).sort());
    expect(Object.getPrototypeOf(found.dates)).toBe(Object.prototype);
  });
});

describe('getters of the class', () => {
  it('are not run, whether they are exposed or inherited', async () => {
    const found = await stored({ items: [{ sku: 'a', quantity: 2 }] });
    expect(found.pieces).toBe(2);
    expect(() => orders.create(untyped({ id: 'a', at, pieces: 3 }))).toThrow(/no field: pieces/);
    expect(() => orders.create(untyped({ id: 'a', at, label: 'x' }))).toThrow(/no field: label/);
  });
});

describe('a required field with an initialiser', () => {
  it('is told that initialisers do not run, and what to write; another one is not', async () => {
    const made = tickets.create(untyped({ id: 'a' }));
    await expect(tickets.insert(made)).rejects.toThrow(
      /status is required, and what its class initialises it with does not count.*readDefault and required: false\n.*opener is required$/,
    );
  });

  it('that is written as the message says is left out of create, and reads as its default', async () => {
    const made = await tickets.insert(tickets.create({ id: 'b', status: 'new', opener: 'ada' }));
    expect(made.kind).toBe('plain');
  });
});

describe("class-transformer's decorators", () => {
  it('that are for output leave what is stored as it was given, on the class and on nested ones', async () => {
    const found = await stored({ note: 'kept', items: [{ sku: 'a-1', quantity: 1, at }] });
    expect(found).toMatchObject({ at, note: 'kept', items: [{ sku: 'a-1', quantity: 1, at }] });
  });

  it('that are for input only hold for nested objects', async () => {
    const { address, consent } = await stored({
      address: { city: ' Rome ', zip_code: '00100', checkedBy: 'me', internal: 'kept', staffNote: 'no' },
      consent: { given: true, granter: 'me' },
    });
    expect(address).toEqual(Object.assign(new Address(), { city: 'Rome', zip: '00100', internal: 'kept' }));
    expect(consent).toEqual(Object.assign(new Consent(), { given: true }));
  });
});
