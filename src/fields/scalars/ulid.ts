import type { ScalarType } from './scalar-type.js';
import { type Text, textType } from './text.js';

/** Crockford's base 32, of 128 bits: the first of 26 characters says three bits (github.com/ulid/spec). */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const IN_EITHER_CASE = new RegExp(ULID, 'i');

/** Stored in upper case, so that one ulid has one key, and keys sort by time; written in either. */
export const ulid: ScalarType<Text> = {
  holds: 'a string',
  since: '0.1.0',
  ...textType(
    'a ulid',
    (text) => ULID.test(text),
    (text) => IN_EITHER_CASE.test(text),
  ),
  encode: (text) => ({ S: text.toUpperCase() }),
  settle: (text) => text.toUpperCase(),
};
