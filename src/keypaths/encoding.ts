import type { FieldType } from '../fields/field-type.js';
import { describeStored } from '../fields/kinds.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { DamagedKeyValueError, UnsupportedKeyTypeError } from './errors.js';

/*
 * How values become parts of keys. Two different values of a type never give the same text, and the texts sort as the
 * values do when DynamoDB compares them by their UTF-8 bytes. U+0000 and U+0001 are in no text: U+0001 is kept for what
 * separates parts of a key.
 */

/** Ends a text of variable length inside a sort key. It sorts before every text, so that 'a' comes before 'a!'. */
export const TERMINATOR = '\u0001';

/** True where values of the type can be parameters of a key path. */
export function isKeyEncodable(type: FieldType): boolean {
  return encoderOf(type) !== undefined;
}

/**
 * The text that a stored value has in keys, without a terminator.
 *
 * @throws UnsupportedKeyTypeError for a type that key paths refuse.
 * @throws DamagedKeyValueError for an attribute that is no value of the type.
 * @example
 * keyText({ kind: 'int' }, { N: '42' }) // 'b42'
 * keyText({ kind: 'int' }, { N: '-7' }) // 'Z2'
 */
export function keyText(encoding: FieldType, stored: AttributeValue): string {
  const encoder = encoderOf(encoding);
  if (encoder === undefined) throw new UnsupportedKeyTypeError(encoding.kind);
  return encoder(stored);
}

/**
 * What follows the text of a value inside a sort key, before the next segment. Only a string needs a mark: every other
 * text has a length that its beginning tells, or holds nothing that sorts before the '/' of the next segment.
 */
export function terminatorOf(encoding: FieldType, stored: AttributeValue): string {
  return encoding.kind === 'string' || (encoding.kind === 'enum' && 'S' in stored) ? TERMINATOR : '';
}

type Encoder = (stored: AttributeValue) => string;

const ENCODERS: Readonly<Partial<Record<FieldType['kind'], Encoder>>> = {
  string: (stored) => escapeText(text(stored)),
  boolean: (stored) => (boolean(stored) ? '1' : '0'),
  int: (stored) => integerText(number(stored)),
  uint: (stored) => naturalText(number(stored)),
  bigint: (stored) => integerText(number(stored)),
  timestampSeconds: (stored) => integerText(number(stored)),
  timestampMilliseconds: (stored) => integerText(number(stored)),
  durationSeconds: (stored) => integerText(number(stored)),
  isoDate: (stored) => shaped(stored, /^\d{4}-\d{2}-\d{2}$/, 'a day (YYYY-MM-DD)'),
  uuid: (stored) => shaped(stored, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID in lower case'),
  bytes: (stored) => Buffer.from(bytes(stored)).toString('hex'),
  enum: (stored) => ('N' in stored ? integerText(stored.N) : escapeText(text(stored))),
};

const encoderOf = ({ kind }: FieldType): Encoder | undefined =>
  Object.hasOwn(ENCODERS, kind) ? ENCODERS[kind] : undefined;

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
export const LONGEST_INTEGER = 26;
export const positiveSign = (digits: number): string => String.fromCharCode(0x60 + digits);
export const negativeSign = (digits: number): string => String.fromCharCode(0x5b - digits);

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

function text(stored: AttributeValue): string {
  return 'S' in stored ? stored.S : otherwise(stored, 'a string (S)');
}

function shaped(stored: AttributeValue, shape: RegExp, words: string): string {
  const value = text(stored);
  if (!shape.test(value)) throw new DamagedKeyValueError(`is not stored as ${words}`);
  return value;
}

function number(stored: AttributeValue): string {
  return 'N' in stored ? stored.N : otherwise(stored, 'a number (N)');
}

function boolean(stored: AttributeValue): boolean {
  return 'BOOL' in stored ? stored.BOOL : otherwise(stored, 'a boolean (BOOL)');
}

function bytes(stored: AttributeValue): Uint8Array {
  return 'B' in stored ? stored.B : otherwise(stored, 'bytes (B)');
}

function otherwise(stored: AttributeValue, expected: string): never {
  throw new DamagedKeyValueError(`is stored as ${describeStored(stored)}, not as ${expected}`);
}
