import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeText } from '../../src/values/attribute-text.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';
import { canonicalJson } from '../../src/values/canonical-json.js';
import { own, setOwn } from '../../src/values/own.js';
import { sameValue } from '../../src/values/same-value.js';

const attribute = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('', 'a', '1').map((S) => ({ S })),
    fc.constantFrom('0', '1').map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.uint8Array({ maxLength: 1 }).map((B) => ({ B })),
    fc.uniqueArray(fc.constantFrom('a', 'b', '1'), { minLength: 1 }).map((SS) => ({ SS })),
    fc.uniqueArray(fc.constantFrom('1', '2'), { minLength: 1 }).map((NS) => ({ NS })),
    fc
      .uniqueArray(fc.constantFrom(1, 2), { minLength: 1 })
      .map((bytes) => ({ BS: bytes.map((byte) => new Uint8Array([byte])) })),
    fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 2 }).map((M) => ({ M })),
  ),
})).value;

describe('attribute values', () => {
  test('are the same as their copies, whatever the order of keys and members', () => {
    fc.assert(
      fc.property(attribute, (value) => {
        expect(sameValue(value, turned(structuredClone(value)))).toBe(true);
        expect(attributeText(turned(structuredClone(value)))).toBe(attributeText(value));
      }),
    );
  });

  test('have the same text exactly where they are the same', () => {
    fc.assert(
      fc.property(attribute, attribute, (a, b) => {
        expect(sameValue(a, b)).toBe(attributeText(a) === attributeText(b));
        expect(sameValue(b, a)).toBe(sameValue(a, b));
      }),
      { numRuns: 2000 },
    );
  });
});

test('canonical JSON has one text for one content', () => {
  expect(canonicalJson({ b: [1, { d: null, c: undefined, a: '"' }], a: true })).toBe(
    '{"a":true,"b":[1,{"a":"\\"","d":null}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('own properties are told from inherited ones', () => {
  const map: Record<string, unknown> = {};
  expect(own(map, 'constructor')).toBeUndefined();
  expect(own(map, '__proto__')).toBeUndefined();
  setOwn(map, '__proto__', 1);
  expect(own(map, '__proto__')).toBe(1);
  expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
});

/** The same value with its keys and members in the other order. */
function turned(value: AttributeValue): AttributeValue {
  if ('SS' in value) return { SS: [...value.SS].reverse() };
  if ('NS' in value) return { NS: [...value.NS].reverse() };
  if ('BS' in value) return { BS: [...value.BS].reverse() };
  if ('M' in value) return { M: Object.fromEntries(Object.entries(value.M).reverse()) };
  return value;
}
