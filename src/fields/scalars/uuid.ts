import type { ScalarType } from './scalar-type.js';
import { type Text, textType } from './text.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Stored in lower case, so that one uuid has one key; written in either. */
export const uuid: ScalarType<Text> = {
  holds: 'a string',
  since: '0.1.0',
  ...textType(
    'a uuid',
    (text) => UUID.test(text),
    (text) => UUID.test(text.toLowerCase()),
  ),
  encode: (text) => ({ S: text.toLowerCase() }),
  settle: (text) => text.toLowerCase(),
};
