import type { AttributeValue } from '../values/attribute-value.js';
import { DamagedValue } from './errors.js';
import { describe, describeStored } from './kinds.js';
import type { Objection, ScalarCodec } from './scalar-codec.js';
import { wholeNumber } from './whole-number.js';

/** Whole numbers from `least` to `Number.MAX_SAFE_INTEGER`, exact in both directions. */
function integerCodec(what: string, least: number): ScalarCodec<number> {
  return {
    decode(stored) {
      const value = safeInteger(stored);
      if (value < least) throw new DamagedValue(`is stored as a number that is not ${what}`);
      return value;
    },
    encode: (value) => ({ N: String(value) }),
    check(value) {
      if (typeof value !== 'number') return { code: 'type', message: `must be ${what}, got ${describe(value)}` };
      if (!Number.isInteger(value) || value < least) {
        return { code: 'range', message: `must be ${what}, got ${describe(value)}` };
      }
      return Number.isSafeInteger(value)
        ? undefined
        : { code: 'range', message: `must be a safe integer (at most 2^53 - 1), got ${describe(value)}; use bigint` };
    },
    settle: withoutMinusZero,
    fromJson: (json) => json,
    toJson: (value) => value,
  };
}

export const intCodec = integerCodec('a whole number', Number.MIN_SAFE_INTEGER);
export const uintCodec = integerCodec('a whole number of at least 0', 0);
export const durationSecondsCodec = integerCodec('a duration in whole seconds', Number.MIN_SAFE_INTEGER);

const LEAST_64 = -(2n ** 63n);
const MOST_64 = 2n ** 63n - 1n;
const WHOLE = /^-?\d{1,20}$/;

export const bigintCodec: ScalarCodec<bigint> = {
  decode(stored) {
    const value = wholeNumber(numberText(stored));
    if (value === undefined || value < LEAST_64 || value > MOST_64) {
      throw new DamagedValue('is stored as a number that is not a whole number of 64 bits');
    }
    return value;
  },
  encode: (value) => ({ N: String(value) }),
  check(value) {
    if (typeof value !== 'bigint') return { code: 'type', message: `must be a bigint, got ${describe(value)}` };
    return value >= LEAST_64 && value <= MOST_64
      ? undefined
      : { code: 'range', message: `must be a bigint of 64 bits, got ${describe(value)}` };
  },
  fromJson(json) {
    if (typeof json === 'string' && WHOLE.test(json)) return BigInt(json);
    return typeof json === 'number' && Number.isSafeInteger(json) ? BigInt(json) : json;
  },
  toJson: String,
};

export const doubleCodec: ScalarCodec<number> = {
  decode(stored) {
    const text = numberText(stored);
    const value = Number(text);
    if (!Number.isFinite(value) || text.trim() === '')
      throw new DamagedValue('is stored as a number that is no double');
    return value;
  },
  encode: (value) => ({ N: String(value === 0 ? 0 : value) }),
  check(value) {
    if (typeof value !== 'number') return { code: 'type', message: `must be a number, got ${describe(value)}` };
    return storable(value);
  },
  settle: withoutMinusZero,
  fromJson: (json) => json,
  toJson: (value) => value,
};

/** DynamoDB keeps numbers of these magnitudes, and zero. */
const LEAST_MAGNITUDE = 1e-130;
const TOO_GREAT = 1e126;

/** What keeps a number from being stored as N. */
export function storable(value: number): Objection | undefined {
  if (!Number.isFinite(value)) return { code: 'range', message: `must be a finite number, got ${describe(value)}` };
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= LEAST_MAGNITUDE && magnitude < TOO_GREAT)) return undefined;
  return {
    code: 'range',
    message: `must be a number that DynamoDB can store (1E-130 to 1E+126), got ${describe(value)}`,
  };
}

const MOST_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A stored number as a safe integer; throws `DamagedValue` where it is none. */
export function safeInteger(stored: AttributeValue): number {
  const text = numberText(stored);
  const value = Number(text);
  // The usual form is recognised without the exact, slower way.
  if (Number.isSafeInteger(value) && String(value) === text) return value;
  const exact = wholeNumber(text);
  if (exact === undefined || exact > MOST_SAFE || exact < -MOST_SAFE) {
    throw new DamagedValue('is stored as a number that is not a safe integer');
  }
  return Number(exact);
}

export function numberText(stored: AttributeValue): string {
  const text = (stored as { N?: unknown }).N;
  if (typeof text === 'string') return text;
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a number (N)`);
}

/** DynamoDB has one zero. */
function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}
