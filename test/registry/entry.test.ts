import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { entriesFrom, entryKey, entryRow, readEntry, type EntryContent } from '../../src/registry/entry.js';
import { LibraryTooOldError, RegistryDamagedError } from '../../src/registry/errors.js';
import { isOlder, libraryVersion } from '../../src/registry/library-version.js';
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { chain, opened, published, versionData } from './fixtures.js';

const verify = { epoch: 5, begun: '2026-01-01T00:00:00.000Z', items: 3, missing: 0, open: 0 };
const migration = { from: 1, description: 'd', changes: ['Order: add field x'], lens: [] };
const contents: readonly EntryContent[] = [
  opened,
  { kind: 'settings', registryMaxAge: 30_000 },
  published(versionData(1, { Order: ['/o-:id'] }), { promoted: true }),
  published(versionData(2, { Order: ['/o-:id'] }), { migration }),
  { kind: 'active', version: 1 },
  { kind: 'strict', type: 'Order', paths: ['1', '2'] },
  { kind: 'verified', type: 'Order', paths: ['1'], verify },
  { kind: 'promoted', type: 'Order', paths: ['1'] },
  { kind: 'floor', version: 2 },
  { kind: 'swept', reached: 9 },
  { kind: 'dropping', version: 2 },
  { kind: 'dropped', reached: 11 },
  { kind: 'withdrawn', version: 2 },
];

test('every kind of entry is read as it was written', () => {
  for (const entry of chain(contents)) expect(readEntry(entryKey(entry.epoch).sk, entryRow(entry))).toEqual(entry);
});

test('entries sort by epoch, and the fences’ record is none of them', () => {
  expect(entryKey(9).sk < entryKey(10).sk).toBe(true);
  const [low, high] = entriesFrom(0);
  expect(low).toBe(entryKey(1).sk);
  expect(entryKey(999_999_999_999).sk <= high).toBe(true);
  expect('fences' > high).toBe(true);
});

test('the row shows what it is to a person', () => {
  const [, , entry] = chain(contents);
  expect(entryRow(entry!)).toEqual({
    $entry: {
      M: expect.objectContaining({
        epoch: { N: '3' },
        kind: { S: 'published' },
        version: { N: '1' },
        promoted: { BOOL: true },
        schema: { S: expect.stringContaining('"Order"') },
        needs: { S: '0.1.0' },
        previous: { S: chain(contents)[1]!.hash },
        hash: { S: entry!.hash },
      }),
    },
  });
});

describe('a row that is not as it was written', () => {
  const [first] = chain(contents);
  const inside = (row: AttributeMap) => (row['$entry'] as { M: AttributeMap }).M;
  const changed = (change: Record<string, AttributeValue | undefined>) => {
    const all = { ...inside(entryRow(first!)), ...change };
    const kept = Object.entries(all).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined);
    return { $entry: { M: Object.fromEntries(kept) } };
  };
  const sk = entryKey(1).sk;

  test.each<[string, AttributeMap]>([
    ['another value', changed({ schemaName: { S: 'other' } })],
    ['one attribute more', changed({ more: { S: '' } })],
    ['one attribute less', changed({ registryMaxAge: undefined })],
    ['no hash', changed({ hash: undefined })],
    ['no kind', changed({ kind: undefined })],
    ['no entry', { other: { S: '' } }],
  ])('is damaged: %s', (_, row) => expect(() => readEntry(sk, row)).toThrow(RegistryDamagedError));

  test('is damaged at another place', () =>
    expect(() => readEntry(entryKey(2).sk, entryRow(first!))).toThrow(RegistryDamagedError));

  test('is from a newer Ductile, which the error names', () => {
    expect(() => readEntry(sk, changed({ needs: { S: '7.1.0' }, kind: { S: 'merged' } }))).toThrow(LibraryTooOldError);
    expect(() => readEntry(sk, changed({ needs: { S: '7.1.0' } }))).toThrow(
      /needs Ductile 7\.1\.0 or newer; this is 0\.1\.0/,
    );
    expect(() => readEntry(sk, changed({ kind: { S: 'merged' } }))).toThrow(LibraryTooOldError);
    expect(() => readEntry(sk, changed({ kind: { S: 'toString' } }))).toThrow(LibraryTooOldError);
  });
});

test('the library knows its own version, and which is older', () => {
  expect(libraryVersion).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  expect(isOlder('0.9.9', '0.10.0')).toBe(true);
  expect(isOlder('1.0.0', '0.10.0')).toBe(false);
  expect(isOlder('0.1.0', '0.1.0')).toBe(false);
});
