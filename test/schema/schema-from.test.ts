import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { UnknownItemTypeError } from '../../src/schema/errors.js';
import { histories } from './arbitraries.js';
import { change, field, itemType, migration, schemaOf } from './declare-by-hand.js';
import { releasesOf, schemaOfHistory } from './releases.js';

describe('a schema', () => {
  const purchase = itemType(
    'Purchase',
    ['/order-:id'],
    field('id', 'uuid'),
    field('note', 'string', { required: false }),
  );
  const schema = schemaFrom('shop', schemaOf([purchase]), [
    migration(2, change('Purchase', { op: 'addField', name: 'note' })),
    migration(1, { op: 'renameType', from: 'Order', to: 'Purchase' }),
  ]);

  it('is compiled at one more than its highest from', () => {
    expect(schema.version).toBe(3);
    expect(schema.versions.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(schema.migrations.map(({ from }) => from)).toEqual([1, 2]);
    expect(schema.hashes).toHaveLength(3);
    expect(new Set(schema.hashes).size).toBe(3);
  });

  it('knows its classes by storage name and its item types by class', () => {
    expect(schema.classes.types.get('Order')).toBe(purchase.class);
    expect(schema.typeOf(purchase.class)).toBe(schema.versions[2]?.types['Order']);
    expect(() => schema.typeOf(class Invoice {})).toThrow(UnknownItemTypeError);
    expect(() => schema.typeOf(class Invoice {})).toThrow(
      /Invoice is not an item type of schema 'shop', which has Purchase/,
    );
    expect(() => schema.typeOf(class Purchase {})).toThrow(
      /This Purchase is another class than the Purchase of schema 'shop': the module that declares it was loaded twice/,
    );
  });

  it('is frozen through and through', () => {
    const open = (value: unknown, path: string): string[] => {
      if (typeof value !== 'object' || value === null || value instanceof Map) return [];
      const inside = Object.entries(value).flatMap(([name, member]) => open(member, `${path}.${name}`));
      return Object.isFrozen(value) ? inside : [path, ...inside];
    };
    expect(open(schema, 'schema')).toEqual([]);
  });

  it.each(['', 'a b', 'a/b', 'x'.repeat(129)])('cannot be called %j', (name) => {
    expect(() => schemaFrom(name, schemaOf([purchase]), [])).toThrow(/is no name of a schema/);
  });
});

describe('the releases of a random history', () => {
  it('agree about the past', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        const { hashes } = schemaOfHistory(history);
        releasesOf(history).forEach((release, i) => {
          expect(release.version).toBe(i + 1);
          expect(release.hashes).toEqual(hashes.slice(0, i + 1));
          expect(release.classes.types.size).toBe(Object.keys(release.versions[i]!.types).length);
        });
      }),
      { numRuns: 50 },
    );
  });
});
