import { DamagedValue } from '../errors.js';
import { describe } from '../kinds.js';
import { wholeNumber } from '../whole-number.js';
import { numberText } from './number.js';
import type { Facts, ScalarType } from './scalar-type.js';

const LEAST_64 = -(2n ** 63n);
const MOST_64 = 2n ** 63n - 1n;
const WHOLE = /^-?\d{1,20}$/;

export type Bigint = Facts<bigint, 'a bigint', bigint | string>;

export const bigint: ScalarType<Bigint> = {
  holds: 'a bigint',
  since: '0.1.0',
  set: 'NS',
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
  fromText: (text) => (WHOLE.test(text) ? BigInt(text) : text),
};
