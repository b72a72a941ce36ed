import { DamagedValue } from './errors.js';
import { describe, describeStored, isBytes } from './kinds.js';
import type { ScalarCodec } from './scalar-codec.js';

export const booleanCodec: ScalarCodec<boolean> = {
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
};

/** Copied both ways: a caller may change its bytes in place, and the row as it was loaded must not change with them. */
export const bytesCodec: ScalarCodec<Uint8Array> = {
  decode(stored) {
    const bytes = (stored as { B?: unknown }).B;
    if (isBytes(bytes)) return new Uint8Array(bytes);
    throw new DamagedValue(`is stored as ${describeStored(stored)}, not as bytes (B)`);
  },
  encode: (bytes) => ({ B: new Uint8Array(bytes) }),
  check: (value) =>
    isBytes(value) ? undefined : { code: 'type', message: `must be a Uint8Array, got ${describe(value)}` },
  fromJson: (json) => (typeof json === 'string' && isBase64(json) ? new Uint8Array(Buffer.from(json, 'base64')) : json),
  toJson: (bytes) => Buffer.from(bytes).toString('base64'),
};

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
