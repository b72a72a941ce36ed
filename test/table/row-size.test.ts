import { describe, expect, test } from '@jest/globals';
import { rowSize } from '../../src/table/row-size.js';
import type { AttributeValue } from '../../src/values/attribute-value.js';

/** The value's own share: the attribute's name is one byte. */
const sizeOf = (value: AttributeValue): number => rowSize({ a: value }) - 1;

describe('the size of a value, by DynamoDB’s rules', () => {
  test.each<[string, AttributeValue, number]>([
    ['a string in UTF-8', { S: 'aé€😀' }, 1 + 2 + 3 + 4],
    ['an empty string', { S: '' }, 0],
    ['a number: a byte for two digits, and one', { N: '1234' }, 3],
    ['a negative number one more', { N: '-1234' }, 4],
    ['zeros at the ends do not count', { N: '0.0012300' }, 3],
    ['an exponent does not count', { N: '1.5E+100' }, 2],
    ['zero', { N: '0' }, 1],
    ['bytes', { B: new Uint8Array(5) }, 5],
    ['a boolean', { BOOL: false }, 1],
    ['a null', { NULL: true }, 1],
    ['an empty list', { L: [] }, 3],
    ['a list: three, and one for each element', { L: [{ S: 'ab' }, { NULL: true }] }, 3 + 1 + 2 + 1 + 1],
    ['a map: names count', { M: { name: { S: 'ab' } } }, 3 + 1 + 4 + 2],
    ['sets', { SS: ['ab', 'c'] }, 3],
    ['sets of numbers', { NS: ['1', '22'] }, 4],
    ['sets of bytes', { BS: [new Uint8Array(2)] }, 2],
  ])('%s', (_, value, size) => expect(sizeOf(value)).toBe(size));

  test('names count, in UTF-8', () => expect(rowSize({ é: { S: 'x' }, bb: { NULL: true } })).toBe(2 + 1 + 2 + 1));
});
