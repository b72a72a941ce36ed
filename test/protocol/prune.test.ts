import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FieldType } from '../../src/fields/field-type.js';
import { remaining } from '../../src/protocol/prune.js';
import type { EntryContent } from '../../src/registry/entry.js';
import { extend, nothingKnown } from '../../src/registry/fold.js';
import type { Knowledge } from '../../src/registry/knowledge.js';
import type { ObjectTypeModel, SchemaVersion } from '../../src/schema/model.js';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { chain, opened, published } from '../registry/fixtures.js';
import { histories } from '../schema/arbitraries.js';
import { schemaOfHistory } from '../schema/releases.js';

/** What is known after these versions were published and those below a floor dropped. */
function dropped(versions: readonly SchemaVersion[], floor: number): Knowledge {
  const contents: readonly EntryContent[] = [
    opened,
    ...versions.map((version) => published(version)),
    { kind: 'floor', version: floor },
    { kind: 'swept', reached: versions.length + 2 },
    { kind: 'dropping', version: floor },
    { kind: 'dropped', reached: versions.length + 4 },
  ];
  return extend(nothingKnown, chain(contents));
}

const text = (S: string): AttributeValue => ({ S });
const line: FieldType = { kind: 'object', object: 'Line' };

/** A model of fields by storage name. */
const model = (storageName: string, fields: Readonly<Record<string, FieldType>>): ObjectTypeModel => ({
  storageName,
  name: storageName,
  fields: Object.entries(fields).map(([name, type]) => ({ storageName: name, name, type, required: false })),
});

function version(
  number: number,
  order: Readonly<Record<string, FieldType>>,
  objects: Readonly<Record<string, Readonly<Record<string, FieldType>>>>,
): SchemaVersion {
  return {
    version: number,
    types: { Order: { ...model('Order', order), keyPaths: [] } },
    objects: Object.fromEntries(Object.entries(objects).map(([name, fields]) => [name, model(name, fields)])),
    enums: {},
  };
}

const string: FieldType = { kind: 'string' };

describe('what remains of an item once older versions are dropped', () => {
  const first = version(
    1,
    { id: string, note: string, lines: { kind: 'array', of: line }, byName: { kind: 'map', of: line } },
    { Line: { sku: string, price: string, next: line } },
  );
  const second = version(
    2,
    { id: string, rank: string, lines: { kind: 'array', of: line }, byName: { kind: 'map', of: line } },
    { Line: { sku: string, next: line } },
  );
  const knowledge = dropped([first, second], 2);

  test('is what a remaining version sees, and what no version ever knew', () => {
    const attributes = { id: text('1'), rank: text('r'), note: text('n'), tool: text('t') };
    expect(remaining(knowledge, 'Order', attributes)).toEqual({ id: text('1'), rank: text('r'), tool: text('t') });
  });

  test('inside object types, arrays and maps too, as deep as they go', () => {
    const priced = (next?: AttributeValue): AttributeValue => ({
      M: { sku: text('s'), price: text('9'), extra: text('e'), ...(next === undefined ? {} : { next }) },
    });
    const plain = (next?: AttributeValue): AttributeValue => ({
      M: { sku: text('s'), extra: text('e'), ...(next === undefined ? {} : { next }) },
    });
    const before = {
      lines: { L: [priced(), priced(priced(priced()))] },
      byName: { M: { a: priced(), price: priced() } },
    };
    const after = { lines: { L: [plain(), plain(plain(plain()))] }, byName: { M: { a: plain(), price: plain() } } };
    expect(remaining(knowledge, 'Order', before)).toEqual(after);
  });

  test('is the very same where nothing goes', () => {
    const attributes = { id: text('1'), lines: { L: [{ M: { sku: text('s') } }] } };
    expect(remaining(knowledge, 'Order', attributes)).toBe(attributes);
  });

  test('leaves what is not stored as its type says for a reader to report', () => {
    const attributes = { lines: { M: { price: text('9') } }, byName: { L: [] }, id: { NULL: true as const } };
    expect(remaining(knowledge, 'Order', attributes)).toBe(attributes);
    const inside = { lines: { L: [text('no line'), { NULL: true as const }] } };
    expect(remaining(knowledge, 'Order', inside)).toBe(inside);
  });

  test('is everything of a type that no remaining version has', () => {
    const gone: SchemaVersion = {
      ...first,
      types: { ...first.types, Coupon: { ...first.types['Order']!, storageName: 'Coupon' } },
    };
    const attributes = { note: text('n'), lines: { L: [{ M: { price: text('9') } }] } };
    expect(remaining(dropped([gone, second], 2), 'Coupon', attributes)).toBe(attributes);
  });

  test('is everything until readers have heard of it', () => {
    const attributes = { note: text('n') };
    const contents: readonly EntryContent[] = [
      { kind: 'floor', version: 2 },
      { kind: 'swept', reached: 4 },
    ];
    const log = [opened, published(first), published(second), ...contents, { kind: 'dropping', version: 2 } as const];
    const before = extend(nothingKnown, chain(log));
    expect(remaining(before, 'Order', attributes)).toBe(attributes);
  });

  test('counts versions that were published since among those that remain', () => {
    const later = version(3, { id: string, rank: string }, { Line: { sku: string } });
    const contents = chain([published(later)], knowledge);
    const attributes = { rank: text('r'), lines: { L: [] } };
    expect(remaining(extend(knowledge, contents), 'Order', attributes)).toBe(attributes);
  });
});

test('for any history, exactly that goes which a dropped version had and no remaining one has', () => {
  const item = histories({ minMigrations: 2, maxMigrations: 5 }).chain((history) => {
    const { versions } = schemaOfHistory(history);
    const names = [...new Set(versions.flatMap(({ types }) => Object.keys(types)))];
    return fc
      .tuple(fc.constantFrom(...names), fc.integer({ min: 2, max: versions.length }))
      .chain(([type, floor]) =>
        rawOf('types', type, versions).map((attributes) => ({ versions, type, floor, attributes })),
      );
  });
  fc.assert(
    fc.property(item, ({ versions, type, floor, attributes }) => {
      const knowledge = dropped(versions, floor);
      const after = remaining(knowledge, type, attributes);
      expect(after).toEqual(expected('types', type, versions, floor, attributes));
      expect(remaining(knowledge, type, after)).toBe(after);
    }),
    { numRuns: 60 },
  );
});

type Kind = 'types' | 'objects';

/** The fields that some of the versions give an owner, by storage name. */
function fieldsOf(kind: Kind, owner: string, versions: readonly SchemaVersion[]): ReadonlyMap<string, FieldType> {
  const models = versions.flatMap((version) => version[kind][owner] ?? []) as readonly ObjectTypeModel[];
  return new Map(models.flatMap(({ fields }) => fields.map(({ storageName, type }) => [storageName, type])));
}

/** Attributes as writers of all versions may have left them, with one that nobody knows. */
function rawOf(kind: Kind, owner: string, versions: readonly SchemaVersion[], depth = 0): fc.Arbitrary<AttributeMap> {
  const fields = [...fieldsOf(kind, owner, versions)].map(([name, type]) => [name, rawValue(type, versions, depth)]);
  const model = Object.fromEntries([...fields, ['tool', fc.constant({ S: 't' })]]) as Record<
    string,
    fc.Arbitrary<AttributeValue>
  >;
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<AttributeMap>;
}

function rawValue(type: FieldType, versions: readonly SchemaVersion[], depth: number): fc.Arbitrary<AttributeValue> {
  const count = { minLength: 0, maxLength: depth > 2 ? 0 : 2 };
  switch (type.kind) {
    case 'object':
      if (depth > 3) return fc.constant({ NULL: true });
      return rawOf('objects', type.object, versions, depth + 1).map((M) => ({ M }));
    case 'array':
      return fc.array(rawValue(type.of, versions, depth + 1), count).map((L) => ({ L }));
    case 'map':
      return fc
        .array(rawValue(type.of, versions, depth + 1), count)
        .map((values) => ({ M: Object.fromEntries(values.map((value, i) => [`key${i}`, value])) }));
    default:
      return fc.constantFrom<AttributeValue>({ S: 'x' }, { NULL: true });
  }
}

function expected(
  kind: Kind,
  owner: string,
  versions: readonly SchemaVersion[],
  floor: number,
  attributes: AttributeMap,
): AttributeMap {
  const left = versions.filter(({ version }) => version >= floor);
  if (!left.some((version) => owner in version[kind])) return attributes;
  const ever = fieldsOf(kind, owner, versions);
  const kept = fieldsOf(kind, owner, left);
  const value = (raw: AttributeValue, type: FieldType | undefined): AttributeValue => {
    if (type?.kind === 'object' && 'M' in raw) return { M: expected('objects', type.object, versions, floor, raw.M) };
    if (type?.kind === 'array' && 'L' in raw) return { L: raw.L.map((element) => value(element, type.of)) };
    if (type?.kind !== 'map' || !('M' in raw)) return raw;
    return { M: Object.fromEntries(Object.entries(raw.M).map(([key, element]) => [key, value(element, type.of)])) };
  };
  const names = Object.keys(attributes).filter((name) => kept.has(name) || !ever.has(name));
  return Object.fromEntries(names.map((name) => [name, value(attributes[name]!, kept.get(name))]));
}

test('what goes goes from values that lie deep, whichever of their types is declared first', () => {
  const of = (name: string): FieldType => ({ kind: 'object', object: name });
  const objects = { Outer: { mid: of('Mid') }, Mid: { inner: of('Inner') } };
  const fields = { id: string, outer: of('Outer') };
  const known = dropped(
    [
      version(1, fields, { ...objects, Inner: { kept: string, gone: string } }),
      version(2, fields, { ...objects, Inner: { kept: string } }),
    ],
    2,
  );
  const outer = (inner: AttributeMap) => ({ outer: { M: { mid: { M: { inner: { M: inner } } } } } });
  expect(remaining(known, 'Order', outer({ kept: { S: 'k' }, gone: { S: 'g' } }))).toEqual(outer({ kept: { S: 'k' } }));
});
