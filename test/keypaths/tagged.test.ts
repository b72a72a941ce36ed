import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidTemplateError } from '../../src/keypaths/errors.js';
import { isKeyPathReference, keyPath, matchReference, matchReferencePrefix } from '../../src/keypaths/tagged.js';
import { parseTemplate } from '../../src/keypaths/template.js';
import { text } from './arbitraries.js';

const ORDER = parseTemplate('/customer-:customerId/order-:orderId');

test('a path with its values in place gives the parameters of the template', () => {
  const reference = keyPath`/customer-${'ada'}/order-${17}`;
  expect(matchReference(ORDER, reference)).toEqual({ customerId: 'ada', orderId: 17 });
  expect(matchReference(parseTemplate('/customer-:c/invoice-:i'), reference)).toBeUndefined();
  expect(matchReference(parseTemplate('/customer-:c'), reference)).toBeUndefined();
  expect(matchReference(parseTemplate('/customer-:c/order-:o/item-:i'), reference)).toBeUndefined();
  expect(matchReference(parseTemplate('/config'), keyPath`/config`)).toEqual({});
});

test('a prefix with its values in place gives the prefix and its parameters', () => {
  expect(matchReferencePrefix(ORDER, keyPath`/customer-${1}`)).toMatchObject({
    prefix: { text: '/customer-:customerId' },
    values: { customerId: 1 },
  });
  expect(matchReferencePrefix(ORDER, keyPath`/customer-${1}/order-`)?.prefix.text).toBe('/customer-:customerId/order-');
  expect(matchReferencePrefix(ORDER, keyPath`/customer-${1}/order-${2}`)?.prefix.text).toBe(ORDER.text);
  expect(matchReferencePrefix(ORDER, keyPath`/customer-`)).toBeUndefined();
  expect(matchReferencePrefix(ORDER, keyPath`/customer-${1}/ord`)).toBeUndefined();
  expect(matchReference(ORDER, keyPath`/customer-${1}/order-`)).toBeUndefined();
});

test('no value changes which path is meant', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const values = matchReference(ORDER, keyPath`/customer-${a}/order-${b}`);
      return values !== undefined && values['customerId'] === a && values['orderId'] === b;
    }),
    { numRuns: 2000 },
  );
});

test('values are kept as they are, and the reference cannot be changed', () => {
  const bytes = Uint8Array.of(1);
  const reference = keyPath`/file-${bytes}`;
  expect(reference.values[0]).toBe(bytes);
  expect(Object.isFrozen(reference) && Object.isFrozen(reference.literals) && Object.isFrozen(reference.values)).toBe(
    true,
  );
  expect(() => structuredClone({ ...reference })).not.toThrow();
});

describe('a text that is no key path is refused where it is written', () => {
  test.each([
    [() => keyPath`customer-${1}`, "it does not begin with '/'"],
    [() => keyPath`/${1}`, 'has no literal'],
    [() => keyPath`/a-${1}b`, 'a value does not end its segment'],
    [() => keyPath`/a-${1}${2}`, 'a value does not end its segment'],
    [() => keyPath`/a-${1}/`, "leave out the '/' at the end"],
    [() => keyPath`/a-:b/c-${1}`, "it has a ':'"],
    [() => keyPath('/a-1' as never), 'keyPath was called as a function'],
  ])('%s', (attempt, message) => {
    expect(attempt).toThrow(InvalidTemplateError);
    expect(attempt).toThrow(message);
  });
});

test('a reference of another copy of the package is known, and nothing from JSON is one', async () => {
  const reference = keyPath`/a-${1}`;
  jest.resetModules();
  const other = await import('../../src/keypaths/tagged.js');
  expect(other.keyPath).not.toBe(keyPath);
  expect(other.isKeyPathReference(reference)).toBe(true);
  expect(isKeyPathReference(other.keyPath`/a-${1}`)).toBe(true);
  expect(isKeyPathReference(JSON.parse(JSON.stringify(reference)))).toBe(false);
  for (const value of [null, undefined, '/a-1', {}]) expect(isKeyPathReference(value)).toBe(false);
});
