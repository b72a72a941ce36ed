import type { ScalarType } from './scalar-type.js';
import { isWellFormed, type Text, textType } from './text.js';

export const url: ScalarType<Text> = {
  holds: 'a string',
  since: '0.1.0',
  ...textType('a URL', (text) => URL.canParse(text) && isWellFormed(text)),
};
