import { describe, expect, test } from '@jest/globals';
import { defaultToJson, jsonToAttribute } from '../../src/fields/defaults.js';
import { InvalidDefaultError } from '../../src/fields/errors.js';
import type { FieldType, JsonValue } from '../../src/fields/field-type.js';
import type { Shapes } from '../../src/fields/shapes.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';

const shapes: Shapes = {
  enums: { Level: { values: [{ value: 'urgent', stored: 'high' }] }, Rank: { values: [{ value: 7, stored: 1 }] } },
  objects: {
    Line: {
      name: 'OrderLine',
      fields: [
        { storageName: 'sku', name: 'code', type: { kind: 'string' }, required: true },
        { storageName: 'due', name: 'due', type: { kind: 'timestampSeconds' }, required: false },
        { storageName: 'n', name: 'n', type: { kind: 'int' }, required: true, readDefault: 1 },
      ],
    },
  },
};

const ID = '0B0C3A1E-5F1C-4A7E-9F57-2F6F1D0F8A11';
const line: FieldType = { kind: 'object', object: 'Line' };

const cases: readonly [FieldType, unknown, JsonValue, AttributeValue][] = [
  [{ kind: 'string' }, '', '', { S: '' }],
  [{ kind: 'int' }, -0, 0, { N: '0' }],
  [{ kind: 'boolean' }, false, false, { BOOL: false }],
  [{ kind: 'timestampSeconds' }, '2024-01-01', '2024-01-01T00:00:00.000Z', { N: '1704067200' }],
  [{ kind: 'timestampSeconds' }, new Date(1999), '1970-01-01T00:00:01.000Z', { N: '1' }],
  [{ kind: 'timestampMilliseconds' }, '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.000Z', { N: '1704067200000' }],
  [{ kind: 'isoDate' }, '2024-01-01', '2024-01-01', { S: '2024-01-01' }],
  [{ kind: 'bigint' }, 2n ** 60n, '1152921504606846976', { N: '1152921504606846976' }],
  [{ kind: 'bigint' }, '5', '5', { N: '5' }],
  [{ kind: 'bigint' }, 5, '5', { N: '5' }],
  [{ kind: 'bytes' }, new Uint8Array([1, 2]), 'AQI=', { B: new Uint8Array([1, 2]) }],
  [{ kind: 'bytes' }, 'AQI=', 'AQI=', { B: new Uint8Array([1, 2]) }],
  [{ kind: 'uuid' }, ID, ID.toLowerCase(), { S: ID.toLowerCase() }],
  [{ kind: 'json' }, { a: [null, 1] }, { a: [null, 1] }, { M: { a: { L: [{ NULL: true }, { N: '1' }] } } }],
  [{ kind: 'enum', enum: 'Level' }, 'urgent', 'high', { S: 'high' }],
  [{ kind: 'enum', enum: 'Rank' }, 7, 1, { N: '1' }],
  [{ kind: 'array', of: { kind: 'int' } }, [], [], { L: [] }],
  [{ kind: 'set', of: { kind: 'int' } }, new Set([10, 9]), [9, 10], { NS: ['9', '10'] }],
  [{ kind: 'set', of: { kind: 'string' } }, ['b', 'a', 'b'], ['a', 'b'], { SS: ['a', 'b'] }],
  [{ kind: 'set', of: { kind: 'string' } }, new Set(), [], { L: [] }],
  [{ kind: 'map', of: { kind: 'double' } }, { x: 0.5 }, { x: 0.5 }, { M: { x: { N: '0.5' } } }],
  [
    line,
    { code: 'a', due: '1970-01-02' },
    { sku: 'a', due: '1970-01-02T00:00:00.000Z' },
    { M: { sku: { S: 'a' }, due: { N: '86400' } } },
  ],
];

describe('a read default', () => {
  test.each(cases)('of %j from %p', (type, value, json, attribute) => {
    expect(defaultToJson(type, value, shapes)).toEqual(json);
    expect(jsonToAttribute(type, json, shapes)).toEqual(attribute);
  });

  test('of an object leaves out what this version of the type does not know', () => {
    expect(jsonToAttribute(line, { sku: 'a', newer: 1 }, shapes)).toEqual({ M: { sku: { S: 'a' } } });
  });

  test.each<[FieldType, unknown, string]>([
    [{ kind: 'int' }, 1.5, 'must be a whole number, got 1.5'],
    [{ kind: 'timestampSeconds' }, 'yesterday', 'must be a Date, got "yesterday"'],
    [{ kind: 'timestampSeconds' }, '2024-02-30', 'must be a Date, got "2024-02-30"'],
    [{ kind: 'timestampSeconds' }, '2024-01-01T00:00', 'must be a Date'],
    [{ kind: 'bytes' }, '*', 'must be a Uint8Array'],
    [{ kind: 'enum', enum: 'Level' }, 'low', 'must be one of "urgent", got "low"'],
    [{ kind: 'array', of: { kind: 'array', of: { kind: 'int' } } }, [[], [1, 'x']], 'at [1][1] must be a whole number'],
    [{ kind: 'map', of: line }, { 'a b': {} }, 'at ["a b"].code is required'],
    [line, [], 'must be an object (OrderLine), got an array'],
    [{ kind: 'json' }, null, 'must not be null'],
  ])('of %j is refused for %p', (type, value, reason) => {
    expect(() => defaultToJson(type, value, shapes)).toThrow(InvalidDefaultError);
    expect(() => defaultToJson(type, value, shapes)).toThrow(reason);
  });
});
