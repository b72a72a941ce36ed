import { describe } from '../kinds.js';
import type { ScalarType } from './scalar-type.js';
import { type Text, textOf, wellFormed } from './text.js';

export const string: ScalarType<Text> = {
  holds: 'a string',
  since: '0.1.0',
  set: 'SS',
  decode: textOf,
  encode: (text) => ({ S: text }),
  check(value) {
    if (typeof value !== 'string') return { code: 'type', message: `must be a string, got ${describe(value)}` };
    return wellFormed(value);
  },
  fromJson: (json) => json,
  toJson: (text) => text,
  fromText: (text) => text,
};
