import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DamagedKeyValueError, InvalidTemplateError, KeyTooLargeError } from '../../src/keypaths/errors.js';
import { keyProblem, physicalKey } from '../../src/keypaths/physical-key.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';
import { ENCODABLE, pathOf, text } from './arbitraries.js';

const STRING = { kind: 'string' } as const;
const INT = { kind: 'int' } as const;
const of = (values: Readonly<Record<string, AttributeValue>>) => (field: string) => values[field]!;

test('the first segment is the partition key, the rest the sort key', () => {
  const path = pathOf('/customer-:c/settings/order-:o/item-:i', { c: STRING, o: STRING, i: INT });
  const key = physicalKey(path, of({ c: { S: 'ada' }, o: { S: '17' }, i: { N: '42' } }));
  expect(key).toEqual({ pk: '/customer-ada', sk: '/settings/order-17\u0001/item-b42' });
});

test('a key path of one segment has the sort key /', () => {
  expect(physicalKey(pathOf('/customer-:c', { c: INT }), of({ c: { N: '0' } }))).toEqual({
    pk: '/customer-a0',
    sk: '/',
  });
  expect(physicalKey(pathOf('/config', {}), of({}))).toEqual({ pk: '/config', sk: '/' });
});

test('a path that came back under its old template has keys of its own', () => {
  const path = pathOf('/customer-:c/order-:o', { c: STRING, o: STRING }, { generation: 2, id: '3' });
  expect(physicalKey(path, of({ c: { S: 'ada' }, o: { S: '1' } }))).toEqual({
    pk: '/customer-ada\u00013',
    sk: '/order-1',
  });
});

test('keys are made of storage names', () => {
  const path = pathOf(
    '/customer-:who',
    {},
    { storageTemplate: '/customer-:c#2', parameters: [{ field: 'c#2', encoding: STRING }] },
  );
  expect(physicalKey(path, of({ 'c#2': { S: 'x' } })).pk).toBe('/customer-x');
});

test('[NO-SURPRISE] damage names the field and the key path', () => {
  const path = pathOf('/customer-:c/order-:o', { c: STRING, o: INT });
  const attempt = (): unknown => physicalKey(path, of({ c: { S: 'x' }, o: { S: 'secret' } }));
  expect(attempt).toThrow(DamagedKeyValueError);
  expect(attempt).toThrow(expect.objectContaining({ facts: { keyPath: '/customer-:c/order-:o', field: 'o' } }));
  expect(attempt).not.toThrow(/secret/);
});

test('[NO-SURPRISE] a path that does not describe all its parameters is refused', () => {
  const path = pathOf('/customer-:c', { c: STRING }, { parameters: [] });
  expect(() => physicalKey(path, of({ c: { S: 'x' } }))).toThrow(InvalidTemplateError);
});

describe('for every mix of types', () => {
  const types = fc.array(fc.constantFrom(...Object.keys(ENCODABLE)), { minLength: 1, maxLength: 4 });

  test('items of different values never have one key', () => {
    const pairs = types.chain((names) => {
      const values = fc.tuple(...names.map((name) => ENCODABLE[name]!.sample));
      return fc.tuple(fc.constant(names), values, values, fc.nat({ max: names.length - 1 }));
    });
    fc.assert(
      fc.property(pairs, ([names, first, other, changed]) => {
        const template = names.map((_, i) => `/p${i}-:v${i}`).join('');
        const path = pathOf(template, Object.fromEntries(names.map((name, i) => [`v${i}`, ENCODABLE[name]!.type])));
        const second = first.map((value, i) => (i === changed ? other[i]! : value));
        const keyOf = (values: typeof first) => physicalKey(path, (field) => values[Number(field.slice(1))]!.stored);
        const [a, b] = [keyOf(first), keyOf(second)];
        const same = JSON.stringify(meaning(first[changed]!)) === JSON.stringify(meaning(second[changed]!));
        return (a.pk === b.pk && a.sk === b.sk) === same;
      }),
      { numRuns: 5000 },
    );
  });

  test('no value reaches beyond its segment', () => {
    const path = pathOf('/a-:v0/b-:v1/c-:v2', { v0: STRING, v1: STRING, v2: STRING });
    fc.assert(
      fc.property(fc.tuple(text, text, text), fc.tuple(text, text, text), (mine, theirs) => {
        const keyOf = (values: readonly string[]) =>
          physicalKey(path, (field) => ({ S: values[Number(field.slice(1))]! }));
        const [a, b] = [keyOf(mine), keyOf(theirs)];
        const group = a.pk === b.pk;
        const order = a.sk.slice(0, a.sk.indexOf('\u0001/c-') + 1) === b.sk.slice(0, b.sk.indexOf('\u0001/c-') + 1);
        return group === (mine[0] === theirs[0]) && order === (mine[1] === theirs[1]);
      }),
      { numRuns: 5000 },
    );
  });
});

function meaning({ meaning }: { readonly meaning: unknown }): unknown {
  return typeof meaning === 'bigint' ? String(meaning) : meaning;
}

test.each([
  ['pk', 2048],
  ['sk', 1024],
] as const)('a %s of more than %i bytes of UTF-8 is too large', (part, limit) => {
  const key = { pk: '/a', sk: '/' };
  const fits = '€'.repeat(Math.floor(limit / 3)) + 'x'.repeat(limit % 3);
  expect(keyProblem({ ...key, [part]: fits })).toBeUndefined();
  expect(keyProblem({ ...key, [part]: `${fits}x` })).toEqual({ part, bytes: limit + 1, limit });
  const error = new KeyTooLargeError('/a-:b/c-:d', { ...key, [part]: `${fits}x` });
  expect(error.message).toContain(`${limit + 1} bytes; DynamoDB takes ${limit}`);
  expect(error.facts).toEqual({ keyPath: '/a-:b/c-:d', part, bytes: limit + 1, limit });
});
