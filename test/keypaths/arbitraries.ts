import fc from 'fast-check';
import type { FieldType } from '../../src/fields/field-type.js';
import type { KeyPathModel } from '../../src/keypaths/model.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';

// Node 20 has `isWellFormed`; ES2023, which the compiler is told of, has not.
declare global {
  interface String {
    isWellFormed(): boolean;
  }
}

/** A stored value with what it means, so that an order of values can be had without asking the encoding. */
export interface Sample {
  readonly stored: AttributeValue;
  readonly meaning: string | bigint | boolean | Uint8Array;
}

const EDGES = [
  '',
  '\u0000',
  '\u0001',
  '\u0002',
  '\u0003',
  '!',
  '/',
  ':',
  '-',
  '0',
  'a',
  '\uD7FE',
  '\uD7FF',
  '\uE000',
  '\uFFFF',
];
const WIDE = [
  '\u{10000}',
  '\u{10FFFF}',
  '\uD800',
  '\uDBFF',
  '\uDC00',
  '\uDFFF',
  'a0',
  '\u0002a',
  '\uD7FF0',
  '\uD7FF1d800',
];

/** Any string of UTF-16 units, with a liking for what an encoding could trip over. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...EDGES, ...WIDE), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const string = (value: string): Sample => ({ stored: { S: value }, meaning: value });
const number = (value: bigint): Sample => ({ stored: { N: String(value) }, meaning: value });
const within = (min: bigint, max: bigint): fc.Arbitrary<Sample> =>
  fc
    .oneof(
      fc.bigInt({ min, max }),
      fc.bigInt({ min: min < -2000n ? -2000n : min, max: 2000n }),
      fc.constantFrom(min, max, 0n),
    )
    .map(number);
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const day = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([y, m, d]) => `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);

/** Every type that can be a parameter, by a name for the test's title. */
export const ENCODABLE: Readonly<Record<string, { readonly type: FieldType; readonly sample: fc.Arbitrary<Sample> }>> =
  {
    string: { type: { kind: 'string' }, sample: text.map(string) },
    boolean: {
      type: { kind: 'boolean' },
      sample: fc.boolean().map((value) => ({ stored: { BOOL: value }, meaning: value })),
    },
    int: { type: { kind: 'int' }, sample: within(-SAFE, SAFE) },
    uint: { type: { kind: 'uint' }, sample: within(0n, SAFE) },
    bigint: { type: { kind: 'bigint' }, sample: within(-(2n ** 63n), 2n ** 63n - 1n) },
    // Dates reach back to 271821 BC.
    timestampSeconds: { type: { kind: 'timestampSeconds' }, sample: within(-8_640_000_000_000n, 8_640_000_000_000n) },
    timestampMilliseconds: {
      type: { kind: 'timestampMilliseconds' },
      sample: within(-8_640_000_000_000_000n, 8_640_000_000_000_000n),
    },
    durationSeconds: { type: { kind: 'durationSeconds' }, sample: within(-SAFE, SAFE) },
    isoDate: { type: { kind: 'isoDate' }, sample: day.map(string) },
    uuid: { type: { kind: 'uuid' }, sample: fc.uuid().map(string) },
    ulid: { type: { kind: 'ulid' }, sample: fc.ulid().map(string) },
    bytes: {
      type: { kind: 'bytes' },
      sample: fc.uint8Array({ maxLength: 4 }).map((value) => ({ stored: { B: value }, meaning: value })),
    },
    'string enum': { type: { kind: 'enum', enum: 'Colour' }, sample: text.map(string) },
    'int enum': { type: { kind: 'enum', enum: 'Rank' }, sample: within(-SAFE, SAFE) },
  };

export const enumBase = (name: string): 'string' | 'int' => (name === 'Rank' ? 'int' : 'string');

/** How the type sorts: strings by code point, lone surrogates included. */
export function compareMeanings(a: Sample['meaning'], b: Sample['meaning']): number {
  if (typeof a === 'string' && typeof b === 'string') return compareLists(codePoints(a), codePoints(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareLists(Array.from(a), Array.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

const codePoints = (value: string): number[] => Array.from(value, (character) => character.codePointAt(0)!);

function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  if (at === -1) return a.length === b.length ? 0 : -1;
  return at >= b.length ? 1 : Math.sign(a[at]! - b[at]!);
}

/** Compares as DynamoDB does. */
export const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));

/** A key path whose storage names are its parameters' names. */
export function pathOf(
  template: string,
  encodings: Readonly<Record<string, FieldType>>,
  more: Partial<KeyPathModel> = {},
): KeyPathModel {
  const parameters = Array.from(template.matchAll(/:([^/]+)/g), ([, field]) => ({
    field: field!,
    encoding: encodings[field!]!,
  }));
  return { id: '0', template, storageTemplate: template, generation: 1, since: 1, parameters, ...more };
}
