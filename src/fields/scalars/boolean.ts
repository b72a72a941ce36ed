import { DamagedValue } from '../errors.js';
import { describe, describeStored } from '../kinds.js';
import type { Facts, ScalarType } from './scalar-type.js';

export type Flag = Facts<boolean, 'a boolean'>;

export const boolean: ScalarType<Flag> = {
  holds: 'a boolean',
  since: '0.1.0',
  set: undefined,
  decode(stored) {
    const value = (stored as { BOOL?: unknown }).BOOL;
    if (typeof value === 'boolean') return value;
    throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a boolean (BOOL)`);
  },
  encode: (value) => ({ BOOL: value }),
  check: (value) =>
    typeof value === 'boolean' ? undefined : { code: 'type', message: `must be true or false, got ${describe(value)}` },
  fromJson: (json) => json,
  toJson: (value) => value,
  fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};
