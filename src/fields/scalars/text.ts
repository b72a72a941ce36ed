import type { AttributeValue } from '../values/attribute-value.js';
import { DamagedValue } from './errors.js';
import { describe, describeStored } from './kinds.js';
import type { Objection, ScalarCodec } from './scalar-codec.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A string type of which only some texts are values: what it is called, and which texts are. */
function textCodec(what: string, isStored: (text: string) => boolean, isWritten = isStored): ScalarCodec<string> {
  return {
    decode(stored) {
      const text = textOf(stored);
      if (!isStored(text)) throw new DamagedValue(`is stored as a text that is not ${what}`);
      return text;
    },
    encode: (text) => ({ S: text }),
    check(value) {
      if (typeof value !== 'string') return { code: 'type', message: `must be ${what}, got ${describe(value)}` };
      return isWritten(value) ? undefined : { code: 'range', message: `must be ${what}, got ${describe(value)}` };
    },
    fromJson: (json) => json,
    toJson: (text) => text,
  };
}

export const stringCodec: ScalarCodec<string> = {
  decode: textOf,
  encode: (text) => ({ S: text }),
  check(value) {
    if (typeof value !== 'string') return { code: 'type', message: `must be a string, got ${describe(value)}` };
    return wellFormed(value);
  },
  fromJson: (json) => json,
  toJson: (text) => text,
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Stored in lower case, so that one uuid has one key; written in either. */
export const uuidCodec: ScalarCodec<string> = {
  ...textCodec(
    'a uuid',
    (text) => UUID.test(text),
    (text) => UUID.test(text.toLowerCase()),
  ),
  encode: (text) => ({ S: text.toLowerCase() }),
  settle: (text) => text.toLowerCase(),
};

export const urlCodec: ScalarCodec<string> = textCodec(
  'a URL',
  (text) => URL.canParse(text) && !LONE_SURROGATE.test(text),
);

const DECIMAL = /^-?\d+(\.\d+)?$/;
const MOST_DIGITS = 38;

export const decimalCodec: ScalarCodec<string> = textCodec(
  `a decimal number as text of at most ${MOST_DIGITS} digits`,
  (text) => DECIMAL.test(text) && digitsIn(text) <= MOST_DIGITS,
);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const isoDateCodec: ScalarCodec<string> = textCodec('a day as YYYY-MM-DD', isDay);

/** A day that the Gregorian calendar has, from year 0000 to 9999. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function textOf(stored: AttributeValue): string {
  const text = (stored as { S?: unknown }).S;
  if (typeof text === 'string') return text;
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a string (S)`);
}

/** DynamoDB stores UTF-8, which has no half of a surrogate pair. */
export function wellFormed(text: string): Objection | undefined {
  if (!LONE_SURROGATE.test(text)) return undefined;
  return { code: 'range', message: 'must be well-formed Unicode, but has half of a surrogate pair' };
}

function digitsIn(text: string): number {
  return text.length - (text.startsWith('-') ? 1 : 0) - (text.includes('.') ? 1 : 0);
}
