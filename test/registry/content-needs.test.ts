import { afterEach, describe, expect, test } from '@jest/globals';
import type { FieldType } from '../../src/fields/field-type.js';
import { scalarNames, scalarTypes } from '../../src/fields/scalars/index.js';
import type { EntryContent } from '../../src/registry/content.js';
import { entryKey, entryRow, neededBy, readEntry, sealEntry } from '../../src/registry/entry.js';
import { LibraryTooOldError } from '../../src/registry/errors.js';
import { libraryVersion } from '../../src/registry/library-version.js';
import type { LensStep, SchemaVersion } from '../../src/schema/model.js';

/** What another release of this library knows: taken from it, or changed in it, until the test ends. */
const known = scalarTypes as unknown as Record<string, { since: string }>;
const { ulid } = known;
const { since } = ulid!;
afterEach(() => {
  known['ulid'] = ulid!;
  ulid!.since = since;
});

const field = (type: FieldType) => ({ storageName: 'f', name: 'f', type, required: true });
const version = (part: Partial<SchemaVersion>): SchemaVersion => ({
  version: 1,
  types: {},
  objects: {},
  enums: {},
  ...part,
});
const published = (schema: SchemaVersion, lens: readonly unknown[] = []): EntryContent => ({
  kind: 'published',
  version: 1,
  versionHash: 'f0',
  schema,
  migration: { from: 1, description: '', changes: [], lens: lens as readonly LensStep[] },
});
const read = (content: EntryContent) =>
  readEntry(entryKey(1).sk, entryRow(sealEntry({ epoch: 0, headHash: '' }, content, new Date(0))));

const ULID: FieldType = { kind: 'ulid' };
const places: readonly (readonly [string, SchemaVersion])[] = [
  ['a field', version({ types: { T: { storageName: 'T', name: 'T', fields: [field(ULID)], keyPaths: [] } } })],
  [
    'a field of an object type, in a map of arrays',
    version({
      objects: {
        O: { storageName: 'O', name: 'O', fields: [field({ kind: 'map', of: { kind: 'array', of: ULID } })] },
      },
    }),
  ],
  [
    'the encoding of a key path',
    version({
      types: {
        T: {
          storageName: 'T',
          name: 'T',
          fields: [],
          keyPaths: [
            {
              id: '0',
              template: '/t-:f',
              storageTemplate: '/t-:f',
              generation: 1,
              since: 1,
              parameters: [{ field: 'f', encoding: ULID }],
            },
          ],
        },
      },
    }),
  ],
];

describe.each(places)('an entry with a newer scalar type in %s', (_, schema) => {
  test('needs the release that first knew it', () => {
    ulid!.since = '7.3.0';
    expect(neededBy(published(schema))).toBe('7.3.0');
  });

  test('is for a newer library, and no damage, where the type is not known', () => {
    const content = published(schema);
    expect(read(content).content).toEqual(content);
    delete known['ulid'];
    expect(() => read(content)).toThrow(LibraryTooOldError);
    expect(() => read(content)).toThrow('(published, with a field of type ulid) needs a newer Ductile than');
  });
});

test('an entry with a step of a lens that is not known is for a newer library', () => {
  expect(() => read(published(version({}), [{ op: 'converted' }]))).toThrow(
    '(published, with a migration with converted) needs a newer Ductile than',
  );
  expect(() => read(published(version({}), [{ op: 'toString' }]))).toThrow(LibraryTooOldError);
});

test('an entry with what this library knows needs no newer one', () => {
  const fields = scalarNames.map((kind) => field({ kind }));
  const schema = version({ types: { T: { storageName: 'T', name: 'T', fields, keyPaths: [] } } });
  expect(neededBy(published(schema))).toBe(libraryVersion);
  expect(() => read(published(schema))).not.toThrow();
});
