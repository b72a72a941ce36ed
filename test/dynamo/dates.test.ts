import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate, parseSigningDate } from '../../src/dynamo/dates.js';

const seconds = fc.integer({ min: 0, max: 4_102_444_799 }).map((second) => second * 1_000);

test('a date reads as it was written', () => {
  fc.assert(
    fc.property(seconds, (date) => {
      expect(parseHttpDate(new Date(date).toUTCString())).toBe(date);
      expect(parseSigningDate(new Date(date).toISOString().replace(/[-:]|\.\d+/g, ''))).toBe(date);
    }),
  );
});

test.each([
  undefined,
  null,
  7,
  ['Sat, 31 Jan 2026 23:59:59 GMT'],
  '',
  '2026-01-31T23:59:59Z',
  'Sat, 31 Jan 2026 23:59:59',
  'Sat, 31 Jan 2026 23:59:59 CET',
  'Sat, 31 Foo 2026 23:59:59 GMT',
  'Saturday, 31-Jan-26 23:59:59 GMT',
  '20260131T235959',
  '20261331T235959Z',
  '20260131T250000Z',
  '20260131T235959Z, 20260131T235959Z',
])('%p is no date', (text) => {
  expect(parseHttpDate(text)).toBeUndefined();
  expect(parseSigningDate(text)).toBeUndefined();
});
