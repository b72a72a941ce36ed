import { describe, expect, test } from '@jest/globals';
import type { SchemaVersion } from '../../src/schema/model.js';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { compileViews } from '../../src/views/compile-views.js';
import { DamagedRowError } from '../../src/views/errors.js';
import {
  Address,
  field,
  ID,
  itemType,
  lens,
  Line,
  line,
  Order,
  orderRow,
  orders,
  scalar,
  shop,
  viewOf,
} from './shop.js';

const load = (more: AttributeMap = {}): Order => orders.decode(orderRow(more)) as Order;

describe('a loaded entity', () => {
  test('is an instance of its class with nothing else to see', () => {
    const order = load();
    expect(order).toBeInstanceOf(Order);
    expect(order.constructor).toBe(Order);
    expect(order.lines[0]).toBeInstanceOf(Line);
    expect(order.billing).toBeInstanceOf(Address);
    expect(order).toEqual({
      id: ID,
      lines: [
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 2 },
      ],
      billing: { street: 'High Street' },
      placed: new Date(1_700_000_000_000),
      state: 'open',
      priority: 'medium',
      labels: ['new'],
    });
    expect(Object.keys(order)).not.toContain('comment');
  });

  test('reads by storage name, and leaves attributes that it does not know alone', () => {
    const order = load({ placed: { S: 'another field, of another version' }, $rev: { S: 'x' } });
    expect(order.placed).toEqual(new Date(1_700_000_000_000));
    expect(Object.keys(order)).not.toContain('$rev');
  });

  test('has no property where NULL is stored', () => {
    expect(Object.keys(load({ comment: { NULL: true }, delivery: { NULL: true } }))).toEqual(Object.keys(load()));
  });

  test('shares its defaults with no other', () => {
    load().labels.push('mine');
    expect(load().labels).toEqual(['new']);
  });

  test('shares nothing mutable with the row', () => {
    const schema = single('bytes', field('value', scalar('bytes')));
    const stored = Buffer.from([1, 2, 3]);
    const value = (viewOf(schema, 'bytes').decode({ value: { B: stored } }) as { value: Uint8Array }).value;
    expect(Buffer.isBuffer(value)).toBe(false);
    value[0] = 9;
    expect([...stored]).toEqual([1, 2, 3]);
  });

  test('runs neither constructor nor initialiser nor setter', () => {
    class Touchy {
      static made = 0;
      initialised = Touchy.made++;
      get label(): string {
        throw new Error('not asked for');
      }
      set label(_: string) {
        throw new Error('not asked for');
      }
    }
    const schema = single('Touchy', field('label', scalar('string')), field('initialised', scalar('int'), false));
    const view = compileViews({
      schema,
      lens: [],
      classes: { types: new Map([['Touchy', Touchy]]), objects: new Map() },
    });
    const entity = view.get('Touchy')?.decode({ label: { S: 'x' } }) as Touchy;
    expect(Touchy.made).toBe(0);
    expect(entity.label).toBe('x');
    expect(Object.keys(entity)).toEqual(['label']);
  });

  test('may have fields with names that every object seems to have', () => {
    const names = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'];
    const schema = single('Odd', ...names.map((name) => field(name, scalar('string'), false)));
    const view = viewOf(schema, 'Odd');
    expect(Object.keys(view.decode({}))).toEqual([]);
    expect(view.encode(view.decode({}))).toEqual({});
    const row = JSON.parse(`{${names.map((name) => `"${name}":{"S":"${name}!"}`).join(',')}}`) as AttributeMap;
    const entity = view.decode(row) as Record<string, string>;
    expect(Object.keys(entity).sort()).toEqual([...names].sort());
    expect(Object.getPrototypeOf(entity)).toBe(Object.prototype);
    expect(view.check(entity)).toEqual([]);
    expect(view.apply(entity, row)).toBe(row);
    Object.defineProperty(entity, '__proto__', { value: 'changed' });
    expect(Object.getOwnPropertyDescriptor(view.apply(entity, row), '__proto__')?.value).toEqual({ S: 'changed' });
  });

  test('may have maps and json with any keys', () => {
    const extra = JSON.parse('{"M":{"__proto__":{"S":"x"},"constructor":{"L":[]}}}') as AttributeValue;
    const row = orderRow({ extra, counts: JSON.parse('{"M":{"__proto__":{"N":"1"}}}') as AttributeValue });
    const order = orders.decode(row) as Order;
    expect(Object.keys(order.extra as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(order.counts as object)).toEqual(['__proto__']);
    expect(orders.check(order)).toEqual([]);
    expect(orders.apply(order, row)).toBe(row);
  });
});

describe('what other versions wrote', () => {
  const older = (schema: SchemaVersion): Order =>
    viewOf(schema, 'Order', [
      { op: 'olderDefault', owner: 'Order', field: 'state', default: 'closed' },
      ...lens,
    ]).decode(without(orderRow(), 'state')) as Order;

  test('a field that newer versions leave out reads as their migration says', () => {
    expect(older(shop).state).toBe('done');
  });

  test('an enum value of a newer version reads as its migrations say, one after the other', () => {
    expect(load({ state: { S: 'held' } }).state).toBe('open');
    expect(load({ history: { L: [{ S: 'paused' }, { S: 'closed' }] } }).history).toEqual(['open', 'done']);
  });

  test('an enum value that is gone reads as the migration that took it says', () => {
    const view = viewOf(shop, 'Order', [{ op: 'enumRemoved', enum: 'State', stored: 'lost', newerReadAs: 'closed' }]);
    expect((view.decode(orderRow({ state: { S: 'lost' } })) as Order).state).toBe('done');
  });
});

const lineMap: AttributeMap = { sku: { S: 'a' }, quantity: { N: '1' } };

describe('a damaged row', () => {
  const damages: readonly [what: string, more: AttributeMap, path: string, reason: string][] = [
    ['another kind of attribute', { comment: { N: '1' } }, 'comment', 'is stored as a number (N), not as a string (S)'],
    ['an enum value that no version has', { state: { S: 'secret' } }, 'state', 'that State does not have'],
    [
      'a number that is not whole',
      { lines: { L: [line('a', 1), line('b', 1.5)] } },
      'lines[1].quantity',
      'safe integer',
    ],
    ['no list', { lines: { S: '' } }, 'lines', 'not as a list (L)'],
    [
      'a nested value',
      { lines: { L: [{ M: { ...lineMap, parts: { L: [{ M: {} }] } } }] } },
      'lines[0].parts[0].sku',
      'required',
    ],
    ['a member of a map', { counts: { M: { 'a b': { S: '' } } } }, 'counts["a b"]', 'not as a number (N)'],
    ['NULL in an array', { labels: { L: [{ NULL: true }] } }, 'labels[0]', 'null (NULL)'],
    ['a set of numbers', { tags: { NS: ['1'] } }, 'tags', 'not as a set (SS)'],
    ['a list that is no empty set', { tags: { L: [{ S: 'x' }] } }, 'tags', 'not as a set (SS)'],
    ['binary in json', { extra: { M: { a: { B: new Uint8Array() } } } }, 'extra', 'which JSON does not have'],
    ['a uuid that is none', { id: { S: 'secret' } }, 'id', 'not a uuid'],
  ];

  test.each(damages)('with %s is reported with its place and reason', (_, more, path, reason) => {
    const error = thrownBy(() => orders.decode(orderRow(more)));
    expect(error).toBeInstanceOf(DamagedRowError);
    expect((error as DamagedRowError).damage).toMatchObject({ type: 'Order', version: 2, path });
    expect((error as DamagedRowError).message).toContain(reason);
    expect((error as DamagedRowError).message).not.toContain('secret');
  });

  test('with a required field missing is reported', () => {
    const error = thrownBy(() => orders.decode(without(orderRow(), 'billing'))) as DamagedRowError;
    expect(error.damage).toMatchObject({ path: 'billing', reason: 'is required, but nothing is stored' });
    expect(error.withKey('/order-1').message).toContain('/order-1');
  });

  test.each(damages)('with %s is not overwritten', (_, more) => {
    const order = load({ comment: { S: 'here' }, tags: { SS: ['x'] }, counts: { M: {} }, extra: { N: '1' } });
    order.state = 'done';
    order.labels = ['new'];
    order.id = ID.replaceAll('0', '1');
    order.lines = [];
    delete order.comment;
    delete order.tags;
    delete order.counts;
    order.extra = 2;
    expect(() => orders.apply(order, orderRow(more))).toThrow(DamagedRowError);
  });
});

function single(type: string, ...fields: Parameters<typeof itemType>[1][]): SchemaVersion {
  return { version: 1, types: { [type]: itemType(type, ...fields) }, objects: {}, enums: {} };
}

function without(row: AttributeMap, name: string): AttributeMap {
  return Object.fromEntries(Object.entries(row).filter(([each]) => each !== name));
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
