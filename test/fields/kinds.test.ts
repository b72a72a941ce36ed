import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { jsonLine } from '../../src/cli/json.js';
import { isBuiltIn, isBytes, isDate, isError, isMap, isPlainObject, isSet } from '../../src/fields/kinds.js';
import { codeOf } from '../../src/testing/call-log.js';

const elsewhere = (code: string): object => runInNewContext(`(${code})`) as object;

describe('values of another realm', () => {
  it.each([
    ['new Date(0)', isDate],
    ['new Set([1])', isSet],
    ['new Map([["a", 1]])', isMap],
    ['Uint8Array.of(1)', isBytes],
    ['new TypeError("x")', isError],
    ['{ a: 1 }', isPlainObject],
  ])('%s is what it is', (code, is) => {
    expect(is(elsewhere(code))).toBe(true);
    expect([isDate, isSet, isMap, isBytes, isError, isPlainObject].filter((each) => each(elsewhere(code)))).toEqual([
      is,
    ]);
  });

  it('are printed as those of this one', () => {
    expect(codeOf(elsewhere('new TypeError("x")'))).toBe('TypeError');
    const document = ['new Set([1])', 'new Map([["a", 1]])', 'Uint8Array.of(1)', 'new TypeError("x")'].map(elsewhere);
    expect(JSON.parse(jsonLine(document))).toEqual([[1], { a: 1 }, 'AQ==', { name: 'TypeError', message: 'x' }]);
  });
});

it("objects whose content is not in their properties are not taken for a user's", () => {
  for (const code of [
    '[]',
    'new Date(0)',
    'new Map()',
    'new WeakMap()',
    'new DataView(new ArrayBuffer(1))',
    'Promise.resolve()',
    '/x/',
    'Object(1n)',
    'Object("a")',
  ]) {
    expect([code, isBuiltIn(elsewhere(code))]).toEqual([code, true]);
  }
  for (const code of ['{}', 'Object.create(null)', 'new (class Order {})()', 'new Error("x")']) {
    expect([code, isBuiltIn(elsewhere(code))]).toEqual([code, false]);
  }
});
