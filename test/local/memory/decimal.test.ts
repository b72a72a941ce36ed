import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addNumbers,
  compareNumbers,
  negated,
  normalNumber,
  sortableNumber,
} from '../../../src/local/memory/decimal.js';

test.each([
  ['-0', '0'],
  ['007', '7'],
  ['+1.50', '1.5'],
  ['.5', '0.5'],
  ['1E3', '1000'],
  ['12.5e-3', '0.0125'],
  ['9'.repeat(38), '9'.repeat(38)],
  [`${'9'.repeat(38)}00`, `${'9'.repeat(38)}00`],
  ['1e-130', `0.${'0'.repeat(129)}1`],
])('%s is %s', (given, normal) => expect(normalNumber(given)).toBe(normal));

test.each([
  ['', /cannot be converted to a numeric value$/],
  ['one', /numeric value: one/],
  ['1.2.3', /numeric value/],
  ['1'.repeat(39), /more than 38 significant digits/],
  ['1e126', /Number overflow/],
  ['1e-131', /Number underflow/],
])('%s is no number', (given, message) => expect(() => normalNumber(given)).toThrow(message));

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -20, max: 20 }))
  .map(([digits, power]) => ({ text: normalNumber(`${digits}e${power}`), scaled: digits * 10n ** BigInt(power + 20) }));

test('numbers are compared and sorted exactly', () => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const order = a.scaled < b.scaled ? -1 : a.scaled > b.scaled ? 1 : 0;
      const [x, y] = [sortableNumber(a.text), sortableNumber(b.text)];
      expect(Math.sign(compareNumbers(a.text, b.text))).toBe(order);
      expect(x < y ? -1 : x > y ? 1 : 0).toBe(order);
    }),
  );
});

test('sums are exact, or refused', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.bigInt({ min: 0n, max: 10n ** 37n }), (a, b) => {
      expect(addNumbers(String(a), String(b))).toBe(String(a + b));
      expect(addNumbers(String(a), negated(String(b)))).toBe(String(a - b));
    }),
  );
  expect(addNumbers('0.1', '0.2')).toBe('0.3');
  expect(() => addNumbers('9'.repeat(38), '0.1')).toThrow(/38 significant digits/);
});
