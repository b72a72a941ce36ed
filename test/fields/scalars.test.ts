import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DamagedValue } from '../../src/fields/errors.js';
import type { ScalarName } from '../../src/fields/field-type.js';
import { scalarTypes } from '../../src/fields/scalars/index.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';

const wellFormed = fc.string({ unit: 'binary' });
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((n) => n === 0 || (Math.abs(n) >= 1e-130 && Math.abs(n) < 1e125));
const day = fc
  .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const decimal = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^\d{1,19}$/), fc.option(fc.stringMatching(/^\d{1,19}$/)))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    double.map((n) => n + 0),
    wellFormed,
    fc.array(tie('value')),
    fc.dictionary(wellFormed, tie('value')),
  ),
})).value;

const values: Readonly<Record<ScalarName, fc.Arbitrary<unknown>>> = {
  string: wellFormed,
  boolean: fc.boolean(),
  int: fc.maxSafeInteger(),
  uint: fc.maxSafeNat(),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double,
  decimal,
  bytes: fc.uint8Array(),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
  ),
  ulid: fc.oneof(
    fc.ulid(),
    fc.ulid().map((ulid) => ulid.toLowerCase()),
  ),
  url: fc.webUrl(),
  json: json.filter((value) => value !== null),
  timestampSeconds: fc.date({ noInvalidDate: true }),
  timestampMilliseconds: fc.date({ noInvalidDate: true }),
  isoDate: day,
  durationSeconds: fc.maxSafeInteger(),
};

const stored: Readonly<Record<ScalarName, readonly string[]>> = {
  string: ['S'],
  boolean: ['BOOL'],
  int: ['N'],
  uint: ['N'],
  bigint: ['N'],
  double: ['N'],
  decimal: ['S'],
  bytes: ['B'],
  uuid: ['S'],
  ulid: ['S'],
  url: ['S'],
  json: ['S', 'N', 'BOOL', 'L', 'M'],
  timestampSeconds: ['N'],
  timestampMilliseconds: ['N'],
  isoDate: ['S'],
  durationSeconds: ['N'],
};

const kinds = Object.keys(scalarTypes) as ScalarName[];

describe.each(kinds)('%s', (kind) => {
  const codec = scalarTypes[kind];

  test('[PUT-GET] reads what it wrote, as it was settled', () => {
    fc.assert(
      fc.property(values[kind], (value) => {
        expect(codec.check(value)).toBeUndefined();
        const settled = codec.settle === undefined ? value : codec.settle(value);
        expect(codec.decode(codec.encode(value))).toEqual(settled);
        expect(codec.encode(settled)).toEqual(codec.encode(value));
        expect(stored[kind]).toContain(Object.keys(codec.encode(value))[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('has a JSON form that says the same', () => {
    fc.assert(
      fc.property(values[kind], (value) => {
        const text = JSON.stringify(codec.toJson(value));
        expect(codec.encode(codec.fromJson(JSON.parse(text)))).toEqual(codec.encode(value));
      }),
    );
  });

  test('reads any attribute or reports damage, and never throws anything else', () => {
    const attribute = fc.oneof(
      fc.string().map((S): AttributeValue => ({ S })),
      fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String)).map((N): AttributeValue => ({ N })),
      fc.constantFrom<AttributeValue>(
        { BOOL: true },
        { NULL: true },
        { L: [] },
        { M: {} },
        { SS: ['a'] },
        { NS: ['1'] },
      ),
      fc.uint8Array().map((B): AttributeValue => ({ B })),
    );
    fc.assert(
      fc.property(attribute, (raw) => {
        let value: unknown;
        try {
          value = codec.decode(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedValue);
          return;
        }
        if (kind !== 'double' && kind !== 'json') expect(codec.check(value)).toBeUndefined();
      }),
    );
  });

  test('objects to null, functions and objects of other classes', () => {
    for (const value of [undefined, null, () => 1, Symbol('x'), new (class Other {})()]) {
      expect(codec.check(value)).toMatchObject({ code: 'type' });
    }
  });
});

describe('what each type refuses', () => {
  test.each<[ScalarName, unknown, string]>([
    ['string', '\ud800', 'surrogate'],
    ['string', 5, 'must be a string, got 5'],
    ['int', 1.5, 'must be a whole number, got 1.5'],
    ['int', 2 ** 53, 'safe integer'],
    ['int', Number.NaN, 'got NaN'],
    ['int', '5', 'got "5"'],
    ['uint', -1, 'at least 0'],
    ['bigint', 5, 'must be a bigint, got 5'],
    ['bigint', 2n ** 63n, '64 bits'],
    ['double', Number.POSITIVE_INFINITY, 'finite'],
    ['double', 1e126, 'DynamoDB'],
    ['double', 5e-324, 'DynamoDB'],
    ['decimal', '1e5', 'decimal'],
    ['decimal', '.5', 'decimal'],
    ['decimal', '1'.repeat(39), '38 digits'],
    ['bytes', [1, 2], 'must be a Uint8Array, got an array'],
    ['uuid', '0b0c3a1e5f1c4a7e9f572f6f1d0f8a11', 'uuid'],
    ['url', 'not a url', 'URL'],
    ['timestampSeconds', new Date(Number.NaN), 'valid Date'],
    ['timestampSeconds', 1700000000, 'must be a Date, got 1700000000'],
    ['isoDate', '2023-02-29', 'YYYY-MM-DD'],
    ['isoDate', '1900-02-29', 'YYYY-MM-DD'],
    ['isoDate', '2024-13-01', 'YYYY-MM-DD'],
    ['isoDate', '2024-01-01T00:00:00Z', 'YYYY-MM-DD'],
    ['durationSeconds', 0.5, 'whole seconds'],
    ['json', { a: undefined }, 'must be what JSON can say, got undefined'],
    ['json', [new Date(0)], 'got the Date'],

    ['json', [1, , 3], 'got undefined'],
    ['json', { a: '\udc00' }, 'surrogate'],
    ['json', { a: 1e200 }, 'DynamoDB'],
    ['json', 5n, 'got 5n'],
  ])('%s refuses %p', (kind, value, message) => {
    expect(scalarTypes[kind].check(value)?.message).toContain(message);
  });

  test('a leap day is a day', () => {
    for (const day of ['2024-02-29', '2000-02-29', '0000-02-29', '9999-12-31']) {
      expect(scalarTypes.isoDate.check(day)).toBeUndefined();
    }
  });

  test('json says where', () => {
    expect(scalarTypes.json.check({ lines: [1, { 'a b': Number.NaN }] })?.path).toBe('.lines[1]["a b"]');
  });
});

describe('numbers as DynamoDB may write them', () => {
  test.each([
    ['42.0', 42],
    ['4.2E+1', 42],
    ['-0', 0],
    ['0.0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is the integer %d', (N, value) => {
    expect(scalarTypes.int.decode({ N }) as number).toBeCloseTo(value, 0);
  });

  test.each([
    '1.5',
    '9007199254740993',
    '9007199254740992',
    '1E400',
    '1e-400',
    '',
    ' ',
    '0x10',
    'NaN',
    '1.00000000000000000001',
  ])('%p is no integer', (N) => {
    expect(() => scalarTypes.int.decode({ N })).toThrow(DamagedValue);
  });

  test('a bigint is exact', () => {
    expect(scalarTypes.bigint.decode({ N: '9223372036854775807' })).toBe(9223372036854775807n);
    expect(scalarTypes.bigint.decode({ N: '9.223372036854775807E+18' })).toBe(9223372036854775807n);
    expect(() => scalarTypes.bigint.decode({ N: '9223372036854775808' })).toThrow(DamagedValue);
  });
});

test('times are truncated towards the past, before 1970 too', () => {
  const codec = scalarTypes.timestampSeconds;
  expect(codec.encode(new Date(1999))).toEqual({ N: '1' });
  expect(codec.encode(new Date(-1))).toEqual({ N: '-1' });
  expect(codec.encode(new Date(0))).toEqual({ N: '0' });
  expect(codec.settle?.(new Date(-1))).toEqual(new Date(-1000));
});

test('bytes are copied both ways, and a Buffer is read back as a Uint8Array', () => {
  const mine = Buffer.from([1, 2]);
  const raw = scalarTypes.bytes.encode(mine) as { B: Uint8Array };
  mine[0] = 9;
  expect([...raw.B]).toEqual([1, 2]);
  const read = scalarTypes.bytes.decode(raw) as Uint8Array;
  read[0] = 9;
  expect([...raw.B]).toEqual([1, 2]);
  expect(Buffer.isBuffer(read)).toBe(false);
});
