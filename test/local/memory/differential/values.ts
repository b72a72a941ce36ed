import * as fc from 'fast-check';
import type { AttributeMap, AttributeValue } from '../../../../src/values/attribute-value.js';

/** Values are few and near each other, so that rows, conditions and keys meet. */
const texts = fc.constantFrom('', 'a', 'ab', 'b', 'a/b', 'é', '\uffee', '😀');
const numbers = fc.oneof(
  fc.constantFrom('0', '1', '-1', '2', '10', '1.5', '-0', '1E3', '0.00100', '-12.50', '1e-130', '9.9e125'),
  fc.constantFrom('9'.repeat(38), `0.${'1'.repeat(38)}`, '100000000000000000000', '-100000000000000000001'),
);
const byteStrings = fc.constantFrom([], [0], [255], [1, 2], [1, 2, 3]).map((bytes) => new Uint8Array(bytes));

const set = <T>(elements: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.uniqueArray(elements, { minLength: 1, maxLength: 3, selector: (element) => String(element) });

const numbersOfSets = fc.constantFrom('0', '1', '2', '-1', '1.5', '1000');

export const values: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    texts.map((S) => ({ S })),
    numbers.map((N) => ({ N })),
    byteStrings.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    set(texts).map((SS) => ({ SS })),
    set(numbersOfSets).map((NS) => ({ NS })),
    set(byteStrings).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
})).value;

/** What DynamoDB refuses wherever it stands. */
export const wrongValues = fc.constantFrom<object>(
  { N: '1'.repeat(39) },
  { N: 'one' },
  { N: '1e126' },
  { N: '1e-131' },
  { SS: [] },
  { NS: ['1', '1.0'] },
  { SS: ['a', 'a'] },
  {},
  { NULL: false },
) as fc.Arbitrary<AttributeValue>;

export type KeyType = 'S' | 'N' | 'B';

/** How a table is keyed. */
export interface Keys {
  readonly hash: KeyType;
  readonly range: KeyType | undefined;
}

export const tableKeys = fc.constantFrom<Keys>(
  { hash: 'S', range: 'S' },
  { hash: 'S', range: 'N' },
  { hash: 'B', range: 'B' },
  { hash: 'N', range: undefined },
);

const hashes: Readonly<Record<KeyType, readonly AttributeValue[]>> = {
  S: [{ S: 'p' }, { S: 'q' }],
  N: [{ N: '1' }, { N: '2' }, { N: '3.5' }],
  B: [{ B: new Uint8Array([1]) }, { B: new Uint8Array([255]) }],
};

const ranges: Readonly<Record<KeyType, readonly AttributeValue[]>> = {
  S: ['a', 'ab', 'b', '\uffee', '😀'].map((S) => ({ S })),
  N: ['-10', '-9.5', '0', '9', '10', '1e20'].map((N) => ({ N })),
  B: [[0], [1], [1, 0], [128], [255]].map((bytes) => ({ B: new Uint8Array(bytes) })),
};

export const hashOf = ({ hash }: Keys): fc.Arbitrary<AttributeValue> => fc.constantFrom(...hashes[hash]);
export const rangeOf = ({ range }: Keys): fc.Arbitrary<AttributeValue> => fc.constantFrom(...ranges[range ?? 'S']);

export function keysOf(keys: Keys): fc.Arbitrary<AttributeMap> {
  return keys.range === undefined
    ? fc.record({ pk: hashOf(keys) })
    : fc.record({ pk: hashOf(keys), sk: rangeOf(keys) });
}

export const rows = (keys: Keys): fc.Arbitrary<AttributeMap> =>
  fc
    .tuple(keysOf(keys), fc.dictionary(fc.constantFrom('a', 'b', 'c', '$rev'), values, { maxKeys: 4 }))
    .map(([key, row]) => ({ ...row, ...key }));
