import { DamagedValue } from '../errors.js';
import { describe, describeStored, isBytes } from '../kinds.js';
import type { Facts, ScalarType } from './scalar-type.js';

export type Bytes = Facts<Uint8Array, 'a Uint8Array', Uint8Array | string>;

/** Copied both ways: a caller may change its bytes in place, and the row as it was loaded must not change with them. */
export const bytes: ScalarType<Bytes> = {
  holds: 'a Uint8Array',
  since: '0.1.0',
  set: undefined,
  decode(stored) {
    const value = (stored as { B?: unknown }).B;
    if (isBytes(value)) return new Uint8Array(value);
    throw new DamagedValue(`is stored as ${describeStored(stored)}, not as bytes (B)`);
  },
  encode: (value) => ({ B: new Uint8Array(value) }),
  check: (value) =>
    isBytes(value) ? undefined : { code: 'type', message: `must be a Uint8Array, got ${describe(value)}` },
  fromJson: (json) => (typeof json === 'string' && isBase64(json) ? new Uint8Array(Buffer.from(json, 'base64')) : json),
  toJson: (value) => Buffer.from(value).toString('base64'),
  fromText: (text) => text,
};

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
