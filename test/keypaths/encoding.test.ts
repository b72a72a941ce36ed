import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isKeyEncodable, keyText, keyTypes, terminatorOf } from '../../src/keypaths/encoding.js';
import { DamagedKeyValueError, UnsupportedKeyTypeError } from '../../src/keypaths/errors.js';
import type { FieldType } from '../../src/fields/field-type.js';
import { compareBytes, compareMeanings, ENCODABLE } from './arbitraries.js';

describe.each(Object.entries(ENCODABLE))('the key text of %s', (_name, { type, sample }) => {
  test('differs where values differ, and sorts as the type does, alone and inside a key', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const order = compareMeanings(a.meaning, b.meaning);
        const [x, y] = [keyText(type, a.stored), keyText(type, b.stored)];
        const inside = (text: string, stored: typeof a.stored): string => `${text}${terminatorOf(type, stored)}/next-`;
        return compareBytes(x, y) === order && compareBytes(inside(x, a.stored), inside(y, b.stored)) === order;
      }),
      { numRuns: 4000 },
    );
  });

  test('is well-formed Unicode that has nothing of what separates the parts of a key', () => {
    fc.assert(
      fc.property(sample, ({ stored }) => {
        const text = keyText(type, stored);
        return text.isWellFormed() && !/[\u0000\u0001]/.test(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('is what the schema takes for a parameter', () => {
    expect(isKeyEncodable(type)).toBe(true);
  });
});

test('every type that has a form in keys is tried here', () => {
  const tried = new Set(Object.values(ENCODABLE).map(({ type }) => type.kind));
  expect([...tried].sort()).toEqual([...keyTypes].sort());
});

test.each([
  ['int', '0', 'a0'],
  ['int', '-0', 'a0'],
  ['int', '42', 'b42'],
  ['int', '-7', 'Z2'],
  ['int', '-42', 'Y57'],
  ['bigint', '9223372036854775807', 's9223372036854775807'],
  ['bigint', '-9223372036854775808', 'H0776627963145224191'],
  ['uint', '10000000000000000000', 't10000000000000000000'],
] as const)('%s %s is written %s', (kind, N, text) => {
  expect(keyText({ kind }, { N })).toBe(text);
});

test.each([
  ['', ''],
  ['a/b:c-d', 'a/b:c-d'],
  ['\u0000\u0001\u0002', '\u0002a\u0002b\u0002c'],
  ['\uD7FF', '\uD7FF0'],
  ['x\uD83Dy', 'x\uD7FF1d83dy'],
  ['x\u{1F600}y', 'x\u{1F600}y'],
])('the string %j is written %j', (value, text) => {
  expect(keyText({ kind: 'string' }, { S: value })).toBe(text);
});

test('other types are written as they are stored', () => {
  expect(keyText({ kind: 'bytes' }, { B: Uint8Array.of(0, 171, 255) })).toBe('00abff');
  expect(keyText({ kind: 'boolean' }, { BOOL: true })).toBe('1');
  expect(keyText({ kind: 'isoDate' }, { S: '2026-11-22' })).toBe('2026-11-22');
  expect(keyText({ kind: 'enum', enum: 'Rank' }, { N: '3' })).toBe('a3');
  expect(keyText({ kind: 'enum', enum: 'Colour' }, { S: 'red' })).toBe('red');
});

const REFUSED: readonly FieldType[] = [
  { kind: 'double' },
  { kind: 'decimal' },
  { kind: 'json' },
  { kind: 'url' },
  { kind: 'object', object: 'Address' },
  { kind: 'array', of: { kind: 'string' } },
  { kind: 'map', of: { kind: 'string' } },
  { kind: 'set', of: { kind: 'string' } },
];

test.each(REFUSED.map((type) => [type.kind, type] as const))('%s is refused', (_kind, type) => {
  expect(isKeyEncodable(type)).toBe(false);
  expect(() => keyText(type, { S: 'x' })).toThrow(UnsupportedKeyTypeError);
});

test.each([
  [{ kind: 'string' }, { N: '1' }],
  [{ kind: 'int' }, { S: '1' }],
  [{ kind: 'int' }, { N: '1.5' }],
  [{ kind: 'int' }, { N: '01' }],
  [{ kind: 'int' }, { N: '1E3' }],
  [{ kind: 'int' }, { N: `1${'0'.repeat(26)}` }],
  [{ kind: 'uint' }, { N: '-1' }],
  [{ kind: 'ulid' }, { S: '01arz3ndektsv4rrffq69g5fav' }],
  [{ kind: 'uuid' }, { S: 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6' }],
  [{ kind: 'isoDate' }, { S: '2026-11-22T00:00:00Z' }],
  [{ kind: 'boolean' }, { NULL: true }],
  [{ kind: 'bytes' }, { S: 'ab' }],
  [{ kind: 'enum', enum: 'Rank' }, { BOOL: true }],
] as const)('[NO-SURPRISE] %j stored as %j is damage', (type, stored) => {
  expect(() => keyText(type, stored)).toThrow(DamagedKeyValueError);
});

test('[NO-SURPRISE] the error of a damaged value does not print the value', () => {
  expect(() => keyText({ kind: 'uuid' }, { S: 'secret' })).not.toThrow(/secret/);
});
