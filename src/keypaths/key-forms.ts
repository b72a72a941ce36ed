import type { ScalarName } from '../fields/field-type.js';
import { describeStored } from '../fields/kinds.js';
import type { AttributeValue } from '../values/attribute-value.js';
import type { Automaton } from './automaton.js';
import { DamagedKeyValueError } from './errors.js';

/*
 * How the scalar types stand in keys. Two different values of a type never give the same text, and the texts sort as the
 * values do when DynamoDB compares them by their UTF-8 bytes. U+0000 and U+0001 are in no text: U+0001 is kept for what
 * separates parts of a key.
 */

/** How values of a type stand in keys. */
export interface KeyForm {
  /** The text that a stored value has; throws `DamagedKeyValueError` for an attribute that is no value of the type. */
  text(stored: AttributeValue): string;
  /** Adds every text that a value can have, and a few that none has where that is simpler. */
  addTexts(keys: Automaton): Automaton;
  /**
   * True where a text needs a mark at its end inside a sort key. Otherwise its beginning tells its length, or it holds
   * nothing that sorts before the '/' of the next segment.
   */
  readonly isTerminated: boolean;
}

const DIGIT = '0-9';
const HEX = '0-9a-f';

/** The text of any string, with an escape for what separates parts of a key. */
export const anyText: KeyForm = {
  text: (stored) => escapeText(textOf(stored)),
  addTexts: (keys) => keys.any('\u0002-\uffff'),
  isTerminated: true,
};

export const integers: KeyForm = {
  text: (stored) => integerText(numberOf(stored)),
  addTexts: (keys) => keys.announced(LONGEST_INTEGER, (digits) => positiveSign(digits) + negativeSign(digits), DIGIT),
  isTerminated: false,
};

const naturals: KeyForm = {
  text: (stored) => naturalText(numberOf(stored)),
  addTexts: (keys) => keys.announced(LONGEST_INTEGER, positiveSign, DIGIT),
  isTerminated: false,
};

/** Texts of one length, which stand in keys as they are. */
const shaped = (shape: RegExp, words: string, addTexts: KeyForm['addTexts']): KeyForm => ({
  text(stored) {
    const value = textOf(stored);
    if (!shape.test(value)) throw new DamagedKeyValueError(`is not stored as ${words}`);
    return value;
  },
  addTexts,
  isTerminated: false,
});

/** Every scalar type; undefined for one that key paths refuse. */
export const keyForms: Readonly<Record<ScalarName, KeyForm | undefined>> = {
  string: anyText,
  boolean: {
    text: (stored) => (booleanOf(stored) ? '1' : '0'),
    addTexts: (keys) => keys.one('01'),
    isTerminated: false,
  },
  int: integers,
  uint: naturals,
  bigint: integers,
  double: undefined,
  decimal: undefined,
  bytes: {
    text: (stored) => Buffer.from(bytesOf(stored)).toString('hex'),
    addTexts: (keys) => keys.any(HEX),
    isTerminated: false,
  },
  uuid: shaped(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID in lower case', (keys) =>
    [4, 4, 4, 12].reduce((all, length) => all.text('-').exactly(length, HEX), keys.exactly(8, HEX)),
  ),
  ulid: shaped(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID in upper case', (keys) =>
    keys.one('0-7').exactly(25, '0-9A-HJKMNP-TV-Z'),
  ),
  url: undefined,
  json: undefined,
  timestampSeconds: integers,
  timestampMilliseconds: integers,
  isoDate: shaped(/^\d{4}-\d{2}-\d{2}$/, 'a day (YYYY-MM-DD)', (keys) =>
    keys.exactly(4, DIGIT).text('-').exactly(2, DIGIT).text('-').exactly(2, DIGIT),
  ),
  durationSeconds: integers,
};

/**
 * Under the `u` flag the surrogates of a pair are not seen one by one: only lone ones match. U+D7FF is the character
 * before them and leads their escapes, so that strings sort by code point, lone surrogates included.
 */
const ESCAPED = /[\u0000-\u0002\uD7FF\uD800-\uDFFF]/gu;

function escapeText(value: string): string {
  return value.replace(ESCAPED, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code <= 2) return `\u0002${'abc'[code]}`;
  return code === 0xd7ff ? '\uD7FF0' : `\uD7FF1${code.toString(16)}`;
}

/** In digits: as many as a letter can announce. */
const LONGEST_INTEGER = 26;
const positiveSign = (digits: number): string => String.fromCharCode(0x60 + digits);
const negativeSign = (digits: number): string => String.fromCharCode(0x5b - digits);

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/**
 * A letter for the sign and the number of digits, then the digits: 0 → 'a0', 42 → 'b42'. Of a negative number the
 * letters run backwards and each digit is subtracted from 9: -7 → 'Z2', -42 → 'Y57'.
 */
function integerText(value: string): string {
  if (!INTEGER.test(value)) throw new DamagedKeyValueError('is not stored as a whole number');
  if (value === '-0') return integerText('0');
  const digits = value.startsWith('-') ? value.slice(1) : value;
  if (digits.length > LONGEST_INTEGER)
    throw new DamagedKeyValueError(`is stored as a number of ${digits.length} digits`);
  if (digits === value) return positiveSign(digits.length) + digits;
  return negativeSign(digits.length) + digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

function naturalText(value: string): string {
  if (value.startsWith('-') && value !== '-0') throw new DamagedKeyValueError('is stored as a negative number');
  return integerText(value);
}

function textOf(stored: AttributeValue): string {
  return 'S' in stored ? stored.S : otherwise(stored, 'a string (S)');
}

function numberOf(stored: AttributeValue): string {
  return 'N' in stored ? stored.N : otherwise(stored, 'a number (N)');
}

function booleanOf(stored: AttributeValue): boolean {
  return 'BOOL' in stored ? stored.BOOL : otherwise(stored, 'a boolean (BOOL)');
}

function bytesOf(stored: AttributeValue): Uint8Array {
  return 'B' in stored ? stored.B : otherwise(stored, 'bytes (B)');
}

function otherwise(stored: AttributeValue, expected: string): never {
  throw new DamagedKeyValueError(`is stored as ${describeStored(stored)}, not as ${expected}`);
}
