import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredSchema } from '../../src/decorators/declared.js';
import { differences, printDifferences } from '../../src/schema/differences.js';
import { hashOf } from '../../src/schema/hash.js';
import type { SchemaVersion } from '../../src/schema/model.js';
import { buildVersionMap } from '../../src/schema/version-map.js';
import { histories } from './arbitraries.js';
import { field, itemType, objectType, schemaOf } from './declare-by-hand.js';

const versionOf = (declared: DeclaredSchema): SchemaVersion => buildVersionMap(declared, []).versions[0]!;
const keys = [field('customerId', 'uuid'), field('orderId', 'uuid')];
const PRIMARY = '/customer-:customerId/order-:orderId';
const order = (...fields: Parameters<typeof itemType>[2][]) => itemType('Order', [PRIMARY], ...keys, ...fields);

function steps(published: DeclaredSchema, compiled: DeclaredSchema): readonly (string | undefined)[] {
  return differences(versionOf(published), versionOf(compiled)).map(({ step }) => step);
}

describe('what a class has that no step added', () => {
  it('is printed with the step to paste', () => {
    const list = differences(
      versionOf(schemaOf([order()])),
      versionOf(schemaOf([order(field('note', 'string', { required: false }))])),
    );
    expect(list).toEqual([
      {
        place: 'Order.note',
        what: 'is in the classes, but not in version 1 as it is published',
        step: "m.changeType('Order', (t) => t.addField('note'));",
      },
    ]);
    expect(printDifferences(list)).toBe(
      '  - Order.note is in the classes, but not in version 1 as it is published\n' +
        "      m.changeType('Order', (t) => t.addField('note'));",
    );
  });

  it('may be a field under a new name', () => {
    expect(steps(schemaOf([order(field('a', 'int'))]), schemaOf([order(field('b', 'int'))]))).toEqual([
      "m.changeType('Order', (t) => t.removeField('a', { type: 'int', readDefault: /* what older readers get */ }));",
      "m.changeType('Order', (t) => t.addField('b') /* or, if it is the same field: t.renameField('a', 'b') */);",
    ]);
  });

  const state = { name: 'State', values: ['open', "won't"] };
  const line = objectType('Line', field('sku', 'string'));
  const lines = field('lines', { kind: 'array', of: { kind: 'object', class: line.class } }, { required: false });
  const stated = field('state', { kind: 'enum', enum: state }, { readDefault: "won't" });

  it.each([
    [
      'a required mark',
      [field('a', 'int', { required: false, readDefault: 1 })],
      [field('a', 'int', { readDefault: 1 })],
      "t.markFieldAsRequired('a', { olderReadDefault: 1 })",
    ],
    [
      'an optional mark',
      [field('a', 'int', { readDefault: 1 })],
      [field('a', 'int', { required: false })],
      "t.markFieldAsNotRequired('a', 1, { declared: true })",
    ],
    [
      'a default',
      [field('a', 'int', { readDefault: 1 })],
      [field('a', 'int', { readDefault: 2 })],
      "t.modifyFieldReadDefault('a', { from: 1, to: 2 })",
    ],
    ['an enum field', [stated], [], "t.removeField('state', { type: State, readDefault: 'won\\'t', declared: true })"],
    ['a list of objects', [lines], [], "t.removeField('lines', { type: arrayOf(() => Line), required: false })"],
  ])('%s', (_, before, after, step) => {
    const reached = (fields: typeof before) =>
      schemaOf([order(...fields)], fields.includes(lines) ? [line] : [], fields.includes(stated) ? [state] : []);
    expect(steps(reached(before), reached(after))).toEqual([`m.changeType('Order', (t) => ${step});`]);
  });

  it('a type of a field has no step', () => {
    const list = differences(
      versionOf(schemaOf([order(field('a', 'int'))])),
      versionOf(schemaOf([order(field('a', 'double'))])),
    );
    expect(list).toHaveLength(1);
    expect(list[0]).not.toHaveProperty('step');
    expect(list[0]?.what).toMatch(/no step changes a type: add a new field/);
  });

  it('key paths, types and enum values', () => {
    const extra = itemType('Coupon', ['/coupon-:code'], field('code', 'string'));
    const withState = (values: readonly string[]) => {
      const e = { name: 'State', values };
      return schemaOf([order(field('state', { kind: 'enum', enum: e }))], [], [e]);
    };
    expect(steps(schemaOf([order()]), schemaOf([{ ...order(), keyPaths: [PRIMARY, '/o-:orderId'] }, extra]))).toEqual([
      "m.addType('Coupon');",
      "m.changeType('Order', (t) => t.addKeyPath('/o-:orderId'));",
    ]);
    expect(steps(schemaOf([order(), extra]), schemaOf([order()]))).toEqual([
      'm.removeType(CouponV1); // CouponV1: the class as it was, kept beside the migration',
    ]);
    expect(steps(withState(['open']), withState(['open', 'held']))).toEqual([
      `m.changeEnum('State', (e) => e.addValue("held", { olderReadAs: /* a value of the older enum */ }));`,
    ]);
  });
});

describe('a type that has another name than was published', () => {
  const coupon = (name: string, path = '/coupon-:code') =>
    itemType(name, [path], field('code', 'string'), field('percent', 'int'));

  it('is taken for the same type before it is removed', () => {
    const list = differences(versionOf(schemaOf([coupon('po')])), versionOf(schemaOf([coupon('Coupon')])));
    expect(printDifferences(list)).toBe(
      '  - Coupon seems to be what is called po in version 1 as it is published\n' +
        "      @ItemType('po') // the class may be called anything\n" +
        "      m.renameType('po', 'Coupon'); // or this, in the next migration\n" +
        "      m.addType('Coupon'); m.removeType(poV1); // or both, if they are two types",
    );
  });

  it('is compared under its other name, and so is what refers to it', () => {
    const shop = (names: { readonly order: string; readonly line: string; readonly state: string }, note: boolean) => {
      const line = objectType(names.line, field('sku', 'string'), field('count', 'int'));
      const state = { name: names.state, values: ['open', 'closed'] };
      const order = itemType(
        names.order,
        [PRIMARY],
        ...keys,
        field('lines', { kind: 'array', of: { kind: 'object', class: line.class } }, { readDefault: [] }),
        field('state', { kind: 'enum', enum: state }, { readDefault: 'open' }),
        ...(note ? [field('note', 'string', { required: false })] : []),
      );
      return schemaOf([order], [line], [state]);
    };
    const built = shop({ order: 'a', line: 'b', state: 'State' }, false);
    const source = shop({ order: 'Order', line: 'Line', state: 'OrderState' }, true);
    expect(differences(versionOf(built), versionOf(source)).map(({ place, naming }) => [place, naming])).toEqual([
      ['Order', "@ItemType('a') // the class may be called anything"],
      ['Line', "@ObjectType('b') // the class may be called anything"],
      ['OrderState', "enumType('State', …)"],
      ['Order.note', undefined],
    ]);
  });

  it('is another type where its primary key path or most of its fields are others', () => {
    const unlike = itemType('Coupon', ['/coupon-:code'], field('code', 'string'), field('a', 'int'), field('b', 'int'));
    for (const other of [coupon('Coupon', '/c-:code'), unlike]) {
      expect(steps(schemaOf([coupon('po')]), schemaOf([other]))).toEqual([
        "m.addType('Coupon');",
        'm.removeType(poV1); // poV1: the class as it was, kept beside the migration',
      ]);
    }
  });

  it('is the one that is most like it, and only one', () => {
    const part = (name: string, ...more: readonly string[]) =>
      objectType(
        name,
        field('code', 'string'),
        field('percent', 'int'),
        ...more.map((extra) => field(extra, 'string')),
      );
    const holding = (fields: Readonly<Record<string, ReturnType<typeof part>>>) => {
      const list = Object.entries(fields).map(([name, { class: of }]) =>
        field(name, { kind: 'object', class: of }, { required: false }),
      );
      return versionOf(schemaOf([order(...list)], Object.values(fields)));
    };
    const list = differences(holding({ gift: part('b') }), holding({ extra: part('a', 'note'), gift: part('c') }));
    expect(list.map(({ place, naming }) => [place, naming])).toEqual([
      ['c', "@ObjectType('b') // the class may be called anything"],
      ['Order.extra', undefined],
    ]);
  });
});

describe('differences and hashes', () => {
  it('agree: none between versions of one hash, and some between versions of two', () => {
    fc.assert(
      fc.property(histories(), fc.nat(), fc.nat(), ({ declared, migrations }, i, j) => {
        const { versions } = buildVersionMap(declared, migrations);
        const [a, b] = [versions[i % versions.length]!, versions[j % versions.length]!];
        const asOne = { ...b, version: a.version };
        expect(differences(a, asOne).length === 0).toBe(hashOf(a) === hashOf(asOne));
      }),
      { numRuns: 100 },
    );
  });

  it('do not see what neither rows nor readers depend on', () => {
    const generated = order(field('token', 'uuid'));
    const other = order(field('token', 'uuid', { initialValue: 'uuid', deprecated: 'use another' }));
    expect(differences(versionOf(schemaOf([generated])), versionOf(schemaOf([other])))).toEqual([]);
    expect(hashOf(versionOf(schemaOf([generated])))).toBe(hashOf(versionOf(schemaOf([other]))));
  });

  it('see the lens: a migration that tells readers other things has another hash', () => {
    const version = versionOf(schemaOf([order()]));
    const migration = { from: 1, description: '', changes: [], lens: [] };
    const lens = [{ op: 'olderDefault', owner: 'Order', field: 'a', default: 1 }] as const;
    expect(hashOf(version, { ...migration, description: 'other' })).toBe(hashOf(version, migration));
    expect(hashOf(version, { ...migration, lens })).not.toBe(hashOf(version, migration));
  });
});
