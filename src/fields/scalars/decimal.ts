import type { ScalarType } from './scalar-type.js';
import { type Text, textType } from './text.js';

const DECIMAL = /^-?\d+(\.\d+)?$/;
const MOST_DIGITS = 38;

export const decimal: ScalarType<Text> = {
  holds: 'a string',
  since: '0.1.0',
  ...textType(
    `a decimal number as text of at most ${MOST_DIGITS} digits`,
    (text) => DECIMAL.test(text) && digitsIn(text) <= MOST_DIGITS,
  ),
};

function digitsIn(text: string): number {
  return text.length - (text.startsWith('-') ? 1 : 0) - (text.includes('.') ? 1 : 0);
}
