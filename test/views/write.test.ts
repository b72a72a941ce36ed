import { describe, expect, test } from '@jest/globals';
import { UnknownFieldError, ValidationError } from '../../src/views/errors.js';
import { lensFor } from '../../src/views/lens.js';
import type { MigrationModel } from '../../src/schema/model.js';
import type { Address, Line, Order } from './shop.js';
import {
  field,
  ID,
  itemType,
  lens,
  objectNamed,
  objectType,
  orderRow,
  orders,
  scalar,
  setOf,
  shop,
  state,
  viewOf,
} from './shop.js';

const fresh = (more: Readonly<Record<string, unknown>> = {}): Order =>
  Object.assign(orders.decode(orderRow()), more) as unknown as Order;

describe('a check', () => {
  test('finds nothing wrong with a whole entity, whatever else it carries', () => {
    expect(orders.check(fresh({ total: () => 5 }))).toEqual([]);
  });

  test('reports every violation at once, with its path', () => {
    const order = fresh({
      id: 'no uuid',
      placed: new Date(Number.NaN),
      state: 'held',
      counts: { ok: 1, 'not ok': 1.5, gone: undefined },
      tags: ['a'],
      comment: null,
      extra: { deep: [1, { call: () => 1 }] },
    });
    order.lines.push({ sku: 5, quantity: 1.5 } as unknown as Line, undefined as unknown as Line);
    delete (order as { billing?: Address }).billing;
    expect(orders.check(order).map(({ path, code }) => [path, code])).toEqual([
      ['id', 'range'],
      ['lines[2].sku', 'type'],
      ['lines[2].quantity', 'range'],
      ['lines[3]', 'required'],
      ['billing', 'required'],
      ['placed', 'range'],
      ['state', 'range'],
      ['tags', 'type'],
      ['counts["not ok"]', 'range'],
      ['counts.gone', 'required'],
      ['extra.deep[1].call', 'type'],
      ['comment', 'type'],
    ]);
  });

  test('prints as lines that a person can read', () => {
    const order = fresh({ comment: 7 });
    (order.lines[1] as Line).quantity = 1.5;
    expect(new ValidationError('Order', orders.check(order)).message).toBe(
      [
        'Order: 2 problems',
        '✖ quantity must be a whole number, got 1.5 → at lines[1].quantity',
        '✖ comment must be a string, got 7',
      ].join('\n'),
    );
  });

  test('takes what falls to zero for a value, and an empty string too', () => {
    expect(orders.check(fresh({ lines: [{ sku: '', quantity: 0 }], comment: '', extra: false }))).toEqual([]);
  });

  test('ends on objects and json that refer to themselves', () => {
    const order = fresh();
    const [first] = order.lines as [Line];
    first.parts = [first, first];
    const loop: unknown[] = [];
    loop.push(loop, loop);
    order.extra = loop;
    expect(orders.check(order).map(({ path }) => path)).toEqual(['lines[0].parts[0]', 'lines[0].parts[1]', 'extra']);
  });

  test('refuses what nests deeper than DynamoDB stores', () => {
    let line: Line = { sku: 'x', quantity: 1 };
    for (let i = 0; i < 40; i++) line = { sku: 'x', quantity: 1, parts: [line] };
    const problems = orders.check(fresh({ lines: [line] }));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('32 levels');
  });

  test.each([[new Date()], [[]], [new Map()], ['text'], [new Uint8Array()]])('refuses %p for an object', (value) => {
    expect(orders.check(fresh({ billing: value }))).toMatchObject([{ path: 'billing', code: 'type' }]);
  });
});

describe('an insert', () => {
  test('writes by storage name and leaves out what is undefined', () => {
    const row = orders.encode(fresh({ comment: undefined, state: 'done' }));
    expect(row).toMatchObject({ createdAt: { N: '1700000000' }, state: { S: 'closed' } });
    expect(Object.keys(row)).not.toContain('comment');
    expect(Object.keys(row)).not.toContain('placed');
  });

  test('writes the empty set as an empty list, and reads it back', () => {
    const row = orders.encode(fresh({ tags: new Set() }));
    expect(row['tags']).toEqual({ L: [] });
    expect((orders.decode(row) as Order).tags).toEqual(new Set());
  });

  test('shares nothing mutable with the entity', () => {
    const order = fresh({ extra: { a: [1] } });
    const row = orders.encode(order);
    (order.extra as { a: number[] }).a.push(2);
    order.lines.pop();
    expect(row['extra']).toEqual({ M: { a: { L: [{ N: '1' }] } } });
    expect(row['lines']).toMatchObject({ L: { length: 2 } });
  });
});

describe('settling', () => {
  test('makes the entity say what a read will', () => {
    const order = fresh({
      id: ID.toUpperCase(),
      placed: new Date(1_700_000_000_999),
      places: { home: { street: 'x', since: new Date(-1) } },
      priority: undefined,
    });
    orders.settle(order);
    expect(order).toEqual(orders.decode(orders.encode(order)));
    expect(order.placed).toEqual(new Date(1_700_000_000_000));
    expect(order.places?.['home']?.since).toEqual(new Date(-1000));
  });

  test('leaves what does not change as it is', () => {
    const order = fresh();
    const { placed, lines, billing } = order;
    orders.settle(order);
    expect(order.placed).toBe(placed);
    expect(order.lines).toBe(lines);
    expect(order.billing).toBe(billing);
  });

  test('takes the members of sets in lower case', () => {
    const schema = {
      version: 1,
      types: { T: itemType('T', field('ids', setOf(scalar('uuid')))) },
      objects: {},
      enums: {},
    };
    const entity = { ids: new Set([ID.toUpperCase(), ID]) };
    viewOf(schema, 'T').settle(entity);
    expect(entity.ids).toEqual(new Set([ID]));
  });

  test('does not fail over what is frozen', () => {
    const order = Object.freeze(fresh({ placed: new Date(1_700_000_000_999), priority: undefined }));
    expect(() => orders.settle(order)).not.toThrow();
  });
});

describe('a set', () => {
  const schema = { ...shop, types: { T: itemType('T', field('states', setOf(state))) } };
  const view = viewOf(schema, 'T', lens);
  const raw = { states: { SS: ['held', 'closed'] } };

  test('keeps the members of newer versions that it reads as its own', () => {
    const entity = view.decode(raw) as { states: Set<string> };
    expect(entity.states).toEqual(new Set(['open', 'done']));
    expect(view.apply(entity, raw)).toBe(raw);
    entity.states.delete('done');
    expect(view.apply(entity, raw)).toEqual({ states: { SS: ['held'] } });
    entity.states.delete('open');
    expect(view.apply(entity, raw)).toEqual({ states: { L: [] } });
  });
});

describe('one value of one field', () => {
  test('is checked and encoded for a key', () => {
    expect(orders.attributeOf('id', ID.toUpperCase())).toEqual({ S: ID });
    expect(orders.attributeOf('placed', new Date(1999))).toEqual({ N: '1' });
    expect(orders.attributeOf('state', 'done')).toEqual({ S: 'closed' });
  });

  test('is refused by the name that the caller knows it by', () => {
    expect(() => orders.attributeOf('id', 5, 'parameter id')).toThrow('✖ parameter id must be a uuid, got 5');
    expect(() => orders.attributeOf('id', undefined)).toThrow(ValidationError);
    expect(() => orders.attributeOf('createdAt', new Date())).toThrow(UnknownFieldError);
  });
});

test('object types that reach each other are compiled', () => {
  const schema = {
    version: 1,
    types: { T: itemType('T', field('a', objectNamed('A'))) },
    objects: {
      A: objectType('A', field('b', objectNamed('B'), false)),
      B: objectType('B', field('a', objectNamed('A'), false), field('n', scalar('int'))),
    },
    enums: {},
  };
  const view = viewOf(schema, 'T');
  const row = { a: { M: { b: { M: { n: { N: '1' }, a: { M: {} } } } } } };
  expect(view.decode(row)).toEqual({ a: { b: { n: 1, a: {} } } });
  expect(view.encode(view.decode(row))).toEqual(row);
});

test('of all migrations a reader is told what concerns its version, the nearest first', () => {
  const migration = (from: number): MigrationModel => ({
    from,
    description: '',
    changes: [],
    lens: [
      { op: 'olderDefault', owner: 'T', field: 'f', default: from },
      { op: 'enumAdded', enum: 'E', stored: from, olderReadAs: 0 },
      { op: 'enumRemoved', enum: 'E', stored: -from, newerReadAs: 0 },
    ],
  });
  const steps = lensFor(3, [migration(4), migration(1), migration(3), migration(2)]);
  expect(steps.map((step) => (step.op === 'olderDefault' ? step.default : step.stored))).toEqual([3, 3, 4, 4, -2, -1]);
});
