import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidKeyRangeError, KeyTooLargeError } from '../../src/keypaths/errors.js';
import { compareKeys } from '../../src/keypaths/interval.js';
import { physicalKey } from '../../src/keypaths/physical-key.js';
import { parsePrefix } from '../../src/keypaths/prefix.js';
import { type KeyBounds, type KeyRange, keyRange } from '../../src/keypaths/range.js';
import type { AttributeValue, RowKey } from '../../src/values/attribute-value.js';
import { compareBytes, compareMeanings, ENCODABLE, pathOf, type Sample, text } from './arbitraries.js';

const STRING = { kind: 'string' } as const;
const of = (values: Readonly<Record<string, AttributeValue>>) => (field: string) => values[field]!;

/** What a query over the range gives, as DynamoDB would answer it. */
function answers({ pk, prefix, between }: KeyRange, key: RowKey): boolean {
  if (key.pk !== pk) return false;
  if (prefix !== undefined) return key.sk.startsWith(prefix);
  return compareBytes(between![0], key.sk) <= 0 && compareBytes(key.sk, between![1]) <= 0;
}

const finds = (range: KeyRange, key: RowKey): boolean => answers(range, key) && range.selects(key.sk);

test('keys compare as their UTF-8 bytes do', () => {
  const wellFormed = text.map((value) => value.replace(/[\uD800-\uDFFF]/gu, '?'));
  fc.assert(
    fc.property(wellFormed, wellFormed, (a, b) => Math.sign(compareKeys(a, b)) === compareBytes(a, b)),
    { numRuns: 5000 },
  );
});

describe('what a prefix asks for', () => {
  const path = pathOf('/customer-:c/order-:o/item-:i', { c: STRING, o: STRING, i: STRING });
  const ask = (prefix: string, values: Readonly<Record<string, string>>): KeyRange =>
    keyRange(path, parsePrefix(prefix), (field) => ({ S: values[field]! }));

  test.each([
    ['/customer-:c', '/order-'],
    ['/customer-:c/order-', '/order-'],
    ['/customer-:c/order-:o', '/order-1\u0001/item-'],
    ['/customer-:c/order-:o/item-', '/order-1\u0001/item-'],
  ])('%s', (prefix, begin) => {
    expect(ask(prefix, { c: 'ada', o: '1' })).toMatchObject({ pk: '/customer-ada', prefix: begin });
  });

  test('the whole key path asks for one key', () => {
    expect(ask('/customer-:c/order-:o/item-:i', { c: 'ada', o: '1', i: '2' }).between).toEqual(
      Array(2).fill('/order-1\u0001/item-2'),
    );
    expect(keyRange(pathOf('/config', {}), parsePrefix('/config'), of({}))).toMatchObject({
      pk: '/config',
      between: ['/', '/'],
    });
  });

  test('an order 1 is not an order 12', () => {
    const range = ask('/customer-:c/order-:o', { c: 'ada', o: '1' });
    const keyOf = (o: string): RowKey => physicalKey(path, of({ c: { S: 'ada' }, o: { S: o }, i: { S: 'x' } }));
    expect(finds(range, keyOf('1'))).toBe(true);
    for (const o of ['12', '1/item-x', '1\u0001', '']) expect(finds(range, keyOf(o))).toBe(false);
  });
});

const BOUNDS = ['none', 'gt', 'gte', 'lt', 'lte', 'gt lt', 'gte lte', 'between', 'beginsWith'] as const;
type Bound = (typeof BOUNDS)[number];

describe.each(Object.entries(ENCODABLE))('bounds on a parameter of type %s', (name, { type, sample }) => {
  test.each([
    ['last', '/g-:g/x-:x', '/g-:g'],
    ['last, after a prefix that ends at its literal', '/g-:g/y-:y/x-:x', '/g-:g/y-:y/x-'],
    ['followed by a segment', '/g-:g/x-:x/y-:y', '/g-:g/x-'],
    ['followed by a literal', '/g-:g/config/x-:x/tail', '/g-:g'],
  ])('select exactly what they say: %s', (_place, template, prefix) => {
    const path = pathOf(template, { g: STRING, x: type, y: STRING });
    const base = { g: { S: 'g' }, y: { S: '/x-' } };
    const bounds = name === 'string' ? BOUNDS : BOUNDS.filter((bound) => bound !== 'beginsWith');
    fc.assert(
      fc.property(fc.constantFrom(...bounds), sample, sample, sample, (bound, a, b, candidate) => {
        const range = keyRange(path, parsePrefix(prefix), of(base), boundsOf(bound, a, b));
        return [a, b, candidate].every((item) => {
          const key = physicalKey(path, of({ ...base, x: item.stored }));
          return finds(range, key) === meets(bound, item, a, b);
        });
      }),
      { numRuns: 400 },
    );
  });
});

function boundsOf(bound: Bound, { stored: a }: Sample, { stored: b }: Sample): KeyBounds {
  if (bound === 'none') return {};
  if (bound === 'gt lt') return { gt: a, lt: b };
  if (bound === 'gte lte') return { gte: a, lte: b };
  return bound === 'between' ? { between: [a, b] } : { [bound]: a };
}

function meets(bound: Bound, item: Sample, low: Sample, high: Sample): boolean {
  const [a, b] = [compareMeanings(item.meaning, low.meaning), compareMeanings(item.meaning, high.meaning)];
  switch (bound) {
    case 'none':
      return true;
    case 'gt':
      return a > 0;
    case 'gte':
      return a >= 0;
    case 'lt':
      return a < 0;
    case 'lte':
      return a <= 0;
    case 'gt lt':
      return a > 0 && b < 0;
    case 'beginsWith': {
      const [characters, begin] = [Array.from(item.meaning as string), Array.from(low.meaning as string)];
      return begin.every((character, i) => characters[i] === character);
    }
    default:
      return a >= 0 && b <= 0;
  }
}

describe('bounds that are longer than a key can be', () => {
  const path = pathOf('/g-:g/x-:x', { g: STRING, x: STRING });
  const keyOf = (x: string): RowKey => physicalKey(path, of({ g: { S: 'g' }, x: { S: x } }));
  const character = fc.constantFrom('a', 'b', 'ÿ', '\uD7FF', '\uFFFF', '\u{10FFFF}');
  const long = fc
    .tuple(character, fc.integer({ min: 1010, max: 1030 }), character)
    .map(([begin, times, end]) => begin.repeat(times) + end);
  const near = fc
    .tuple(character, fc.integer({ min: 240, max: 1018 }), character)
    .map(([begin, times, end]) => begin.repeat(times) + end);

  test('are shortened for the query, and select the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BOUNDS), long, long, near, (bound, a, b, x) => {
        const [low, high, item] = [a, b, x].map((value) => ({ stored: { S: value }, meaning: value })) as [
          Sample,
          Sample,
          Sample,
        ];
        const range = keyRange(path, parsePrefix('/g-:g'), of({ g: { S: 'g' } }), boundsOf(bound, low, high));
        const texts = [range.prefix ?? [], range.between ?? []].flat();
        const fit = texts.every((limit) => Buffer.byteLength(limit) <= 1024 && limit.isWellFormed());
        const key = keyOf(x);
        return fit && (Buffer.byteLength(key.sk) > 1024 || finds(range, key) === meets(bound, item, low, high));
      }),
      { numRuns: 700 },
    );
  });

  test('a prefix whose own values are too long is refused', () => {
    const ask = (g: string): unknown => keyRange(path, parsePrefix('/g-:g'), of({ g: { S: g } }));
    expect(() => ask('x'.repeat(2045))).not.toThrow();
    expect(() => ask('x'.repeat(2046))).toThrow(KeyTooLargeError);
  });
});

describe('what cannot be asked', () => {
  const path = pathOf('/g-:g/x-:x', { g: STRING, x: { kind: 'int' } });
  const one = { N: '1' };
  test.each([
    ['/other-:g', {}, 'it does not begin with this prefix'],
    ['/g-', {}, 'it does not begin with this prefix'],
    ['/g-:g/x-:x', { gt: one }, 'no parameter is left for the bounds'],
    ['/g-:g', { beginsWith: { S: 'a' } }, 'beginsWith is for strings only'],
    ['/g-:g', { gt: one, gte: one }, 'cannot be combined'],
    ['/g-:g', { lt: one, lte: one }, 'cannot be combined'],
    ['/g-:g', { gt: one, between: [one, one] }, 'cannot be combined'],
    ['/g-:g', { gt: undefined }, "the bound 'gt' has no value"],
    ['/g-:g', { between: [one] }, "the bound 'between' has no value"],
    ['/g-:g', { above: one }, "there is no bound 'above'"],
  ])('%s with %j', (prefix, bounds, message) => {
    const ask = (): unknown =>
      keyRange(path, parsePrefix(prefix), of({ g: { S: 'g' }, x: one }), bounds as unknown as KeyBounds);
    expect(ask).toThrow(InvalidKeyRangeError);
    expect(ask).toThrow(message);
  });
});

test('bounds that leave nothing make a range that DynamoDB takes', () => {
  const path = pathOf('/g-:g/x-:x', { g: STRING, x: { kind: 'int' } });
  const range = keyRange(path, parsePrefix('/g-:g'), of({ g: { S: 'g' } }), { gt: { N: '5' }, lt: { N: '3' } });
  expect(compareBytes(range.between![0], range.between![1])).toBeLessThanOrEqual(0);
  expect(range.selects('/x-a4')).toBe(false);
});
