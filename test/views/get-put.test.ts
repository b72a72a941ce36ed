import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { RawTrail } from '../../src/views/raw-trail.js';
import { Address, copy, line, Line, orderRow, orders, rawOrder, type Order } from './shop.js';

function load(raw: AttributeMap): { order: Order; trail: RawTrail } {
  const trail = new RawTrail();
  return { order: orders.decode(raw, trail) as Order, trail };
}

/** Loads, changes and puts back, and checks that the raw row itself is left alone. */
function change(raw: AttributeMap, edit: (order: Order) => void): AttributeMap {
  const before = copy(raw);
  const { order, trail } = load(raw);
  edit(order);
  expect(orders.check(order)).toEqual([]);
  const after = orders.apply(order, raw, trail);
  expect(raw).toEqual(before);
  return after;
}

const unknown = (name: string): AttributeMap => ({ [`~${name}`]: { L: [{ S: name }, { NULL: true }] } });

describe('an entity that was not changed', () => {
  test('[GET-PUT] leaves any row as it is, itself', () => {
    fc.assert(
      fc.property(rawOrder, (raw) => {
        expect(change(raw, () => undefined)).toBe(raw);
      }),
    );
  });

  test('[GET-PUT] leaves the row as it is when it has been read again since', () => {
    fc.assert(
      fc.property(rawOrder, (raw) => {
        const { order, trail } = load(raw);
        const again = copy(raw);
        expect(orders.apply(order, again, trail)).toBe(again);
      }),
    );
  });

  test('does not write a default that it read', () => {
    const raw = orderRow({ priority: { NULL: true } });
    const { order } = load(raw);
    expect(order.priority).toBe('medium');
    expect(order.labels).toEqual(['new']);
    expect(change(raw, (o) => (o.priority = 'medium'))).toBe(raw);
  });

  test('keeps a value of a newer version that it reads as one of its own', () => {
    const raw = orderRow({ state: { S: 'held' } });
    expect(load(raw).order.state).toBe('open');
    expect(change(raw, (o) => (o.state = 'open'))).toBe(raw);
    expect(change(raw, (o) => (o.state = 'done'))['state']).toEqual({ S: 'closed' });
  });
});

describe('an entity that was changed', () => {
  test('[NO-LOSS] changes one attribute and keeps the others, as the same objects', () => {
    fc.assert(
      fc.property(rawOrder, fc.string(), (raw, comment) => {
        const after = change(raw, (o) => (o.comment = comment));
        expect(after['comment']).toEqual({ S: comment });
        for (const name of Object.keys(raw)) if (name !== 'comment') expect(after[name]).toBe(raw[name]);
      }),
    );
  });

  test('[PUT-GET] reads what it wrote', () => {
    fc.assert(
      fc.property(rawOrder, rawOrder, (raw, other) => {
        const wanted = orders.decode(other) as Order;
        const after = change(raw, (o) => {
          for (const name of Object.keys(o)) delete (o as unknown as Record<string, unknown>)[name];
          Object.assign(o, wanted);
        });
        expect(orders.decode(after)).toEqual(wanted);
      }),
    );
  });

  test('stores NULL for a field that was there and is unset, and nothing for one that was not', () => {
    const after = change(orderRow({ comment: { S: 'x' } }), (o) => {
      delete o.comment;
      delete o.extra;
    });
    expect(after['comment']).toEqual({ NULL: true });
    expect('extra' in after).toBe(false);
  });

  test('writes a default that was changed in place', () => {
    const after = change(orderRow(), (o) => o.labels.push('urgent'));
    expect(after['labels']).toEqual({ L: [{ S: 'new' }, { S: 'urgent' }] });
  });

  test('notices bytes, dates, sets and json that were changed in place', () => {
    const raw = orderRow({ tags: { SS: ['a', 'b'] }, extra: { M: { deep: { L: [{ N: '1' }] } } } });
    const after = change(raw, (o) => {
      o.placed.setUTCFullYear(2020);
      o.tags?.add('c').delete('a');
      (o.extra as { deep: number[] }).deep.push(2);
    });
    expect(after['createdAt']).not.toEqual(raw['createdAt']);
    expect(after['tags']).toEqual({ SS: ['b', 'c'] });
    expect(after['extra']).toEqual({ M: { deep: { L: [{ N: '1' }, { N: '2' }] } } });
  });
});

describe('nested objects', () => {
  const raw = orderRow({
    billing: { M: { street: { S: 'High Street' }, since: { NULL: true }, ...unknown('billing') } },
    places: { M: { home: { M: { street: { S: 'Mill Lane' }, ...unknown('home') } } } },
  });

  test('[NO-LOSS] keep what this version does not know, and their NULLs', () => {
    const after = change(raw, (o) => (o.billing.street = 'Low Street'));
    expect(after['billing']).toEqual({
      M: { street: { S: 'Low Street' }, since: { NULL: true }, ...unknown('billing') },
    });
  });

  test('[NO-LOSS] keep it where a copy takes their place that agrees in half of what either has', () => {
    const dated = orderRow({
      billing: { M: { street: { S: 'High Street' }, since: { N: '7' }, ...unknown('billing') } },
    });
    const after = change(dated, (o) => (o.billing = { ...o.billing, street: 'Low Street' }));
    expect(after['billing']).toMatchObject({ M: { street: { S: 'Low Street' }, ...unknown('billing') } });
  });

  test('do not hand it to an object that agrees in less', () => {
    const after = change(raw, (o) => (o.billing = { street: 'Low Street' }));
    expect(after['billing']).toEqual({ M: { street: { S: 'Low Street' } } });
  });

  test('[NO-LOSS] take it with them when they move', () => {
    const after = change(raw, (o) => {
      o.delivery = o.places?.['home'] as Address;
      delete o.places?.['home'];
    });
    expect(after['delivery']).toEqual({ M: { street: { S: 'Mill Lane' }, ...unknown('home') } });
    expect(after['places']).toEqual({ M: {} });
  });

  test('in a map are changed, added and removed by key', () => {
    const after = change(raw, (o) => {
      const places = o.places as Record<string, Address>;
      (places['home'] as Address).street = 'Mill Road';
      places['work'] = Object.assign(new Address(), { street: 'Station Road' });
    });
    expect(after['places']).toEqual({
      M: {
        home: { M: { street: { S: 'Mill Road' }, ...unknown('home') } },
        work: { M: { street: { S: 'Station Road' } } },
      },
    });
  });
});

describe('elements of an array', () => {
  const a = line('a', 1, unknown('a'));
  const b = line('b', 2, unknown('b'));
  const c = line('c', 3, { ...unknown('c'), remark: { NULL: true } });
  const raw = orderRow({ lines: { L: [a, b, c] } });
  const linesAfter = (edit: (order: Order) => void): unknown => change(raw, edit)['lines'];
  const fresh = (sku: string, quantity: number): Line => Object.assign(new Line(), { sku, quantity });

  test('[NO-LOSS] keep their unknown parts when they are reordered', () => {
    expect(linesAfter((o) => o.lines.reverse())).toEqual({ L: [c, b, a] });
  });

  test('[NO-LOSS] keep them when they are changed and reordered', () => {
    const after = linesAfter((o) => {
      (o.lines[0] as Line).quantity = 9;
      o.lines.reverse();
    });
    expect(after).toEqual({ L: [c, b, line('a', 9, unknown('a'))] });
  });

  test('[NO-LOSS] keep them when others are removed or inserted', () => {
    expect(linesAfter((o) => o.lines.shift())).toEqual({ L: [b, c] });
    expect(linesAfter((o) => o.lines.splice(1, 0, fresh('new', 7)))).toEqual({ L: [a, line('new', 7), b, c] });
    expect(linesAfter((o) => (o.lines = o.lines.filter(({ sku }) => sku !== 'b').concat(fresh('new', 7))))).toEqual({
      L: [a, c, line('new', 7)],
    });
  });

  test('[NO-LOSS] are found by what they say where they were copied', () => {
    expect(
      linesAfter(
        (o) =>
          (o.lines = o.lines
            .slice(1)
            .reverse()
            .map((each) => ({ ...each }))),
      ),
    ).toEqual({ L: [c, b] });
  });

  test('[NO-LOSS] are found by their index where they were copied and changed', () => {
    const after = linesAfter((o) => (o.lines = o.lines.map((each) => ({ ...each, quantity: each.quantity + 1 }))));
    expect(after).toEqual({
      L: [
        line('a', 2, unknown('a')),
        line('b', 3, unknown('b')),
        line('c', 4, { ...unknown('c'), remark: { NULL: true } }),
      ],
    });
  });

  test('are never continued by two objects', () => {
    const after = linesAfter((o) => o.lines.push(fresh('a', 1)));
    expect(after).toEqual({ L: [a, b, c, line('a', 1)] });
  });

  test('take the unknown parts with them into another array', () => {
    const after = linesAfter((o) => {
      (o.lines[0] as Line).parts = [o.lines.pop() as Line];
    });
    expect(after).toEqual({ L: [line('a', 1, { ...unknown('a'), parts: { L: [c] } }), b] });
  });

  test('[NO-LOSS] any shuffle, removal and change keeps every unknown part of what stays', () => {
    fc.assert(
      fc.property(rawOrder, fc.infiniteStream(fc.nat(9)), (row, numbers) => {
        const { order, trail } = load(row);
        const before = (row['lines'] as { L: { M: AttributeMap }[] }).L;
        const origins = new Map(order.lines.map((each, i) => [each, before[i]?.M as AttributeMap]));
        order.lines = order.lines.filter(() => (numbers.next().value as number) > 2);
        for (const each of order.lines) each.quantity = numbers.next().value as number;
        order.lines.sort(() => (numbers.next().value as number) - 4);
        const after = orders.apply(order, row, trail)['lines'] as { L: { M: AttributeMap }[] };
        after.L.forEach(({ M }, i) => {
          const each = order.lines[i] as Line;
          expect(M).toEqual({ ...origins.get(each), quantity: { N: String(each.quantity) } });
        });
      }),
    );
  });

  test('that are no objects keep the raw value that they read', () => {
    const held = orderRow({ history: { L: [{ S: 'held' }, { S: 'open' }] } });
    const after = change(held, (o) => o.history?.push('done'));
    expect(after['history']).toEqual({ L: [{ S: 'held' }, { S: 'open' }, { S: 'closed' }] });
  });
});

describe('the trail of what was written', () => {
  test('[NO-LOSS] serves the next save of the same entity', () => {
    const raw = orderRow({ lines: { L: [line('a', 1, unknown('a')), line('b', 2, unknown('b'))] } });
    const { order, trail } = load(raw);
    const [first, second] = order.lines as [Line, Line];
    first.quantity = 5;
    const written = new RawTrail();
    const once = orders.apply(order, raw, trail, written);
    order.lines = [second, first];
    second.quantity = 6;
    const twice = orders.apply(order, once, written);
    expect(twice['lines']).toEqual({ L: [line('b', 6, unknown('b')), line('a', 5, unknown('a'))] });
  });

  test('follows an entity from its insert', () => {
    const order = orders.decode(orderRow()) as Order;
    const written = new RawTrail();
    const row = orders.encode(order, written);
    expect(orders.apply(order, row, written, new RawTrail())).toBe(row);
  });
});
