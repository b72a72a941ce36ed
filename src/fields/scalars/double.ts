import { DamagedValue } from '../errors.js';
import { describe } from '../kinds.js';
import { type Numeric, numberText, storable, withoutMinusZero } from './number.js';
import type { ScalarType } from './scalar-type.js';

export const double: ScalarType<Numeric> = {
  holds: 'a number',
  since: '0.1.0',
  set: 'NS',
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
  fromText: Number,
};
