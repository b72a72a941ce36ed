import type { AttributeValue } from '../../values/attribute-value.js';
import { DamagedValue } from '../errors.js';
import { describe, describeStored } from '../kinds.js';
import { wholeNumber } from '../whole-number.js';
import type { Facts, Objection, ScalarType } from './scalar-type.js';

export type Numeric = Facts<number, 'a number'>;

/** Whole numbers from `least` to `Number.MAX_SAFE_INTEGER`, exact in both directions. */
export function integerType(what: string, least: number): Omit<ScalarType<Numeric>, 'set' | 'since'> {
  return {
    holds: 'a number',
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
    fromText: Number,
  };
}

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
export function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}
