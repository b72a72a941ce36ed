import type { AttributeValue } from '../../values/attribute-value.js';
import { DamagedValue } from '../errors.js';
import { describe, describeStored } from '../kinds.js';
import type { Facts, Objection, ScalarType } from './scalar-type.js';

export type Text = Facts<string, 'a string'>;

/** A string type of which only some texts are values: what it is called, and which texts are. */
export function textType(
  what: string,
  isStored: (text: string) => boolean,
  isWritten = isStored,
): Omit<ScalarType<Text>, 'holds' | 'since'> {
  return {
    set: 'SS',
    decode(stored) {
      const text = textOf(stored);
      if (!isStored(text)) throw new DamagedValue(`is stored as a text that is not ${what}`);
      return text;
    },
    encode: (text) => ({ S: text }),
    check(value) {
      if (typeof value !== 'string') return { code: 'type', message: `must be ${what}, got ${describe(value)}` };
      return isWritten(value) ? undefined : { code: 'range', message: `must be ${what}, got ${describe(value)}` };
    },
    fromJson: (json) => json,
    toJson: (text) => text,
    fromText: (text) => text,
  };
}

export function textOf(stored: AttributeValue): string {
  const text = (stored as { S?: unknown }).S;
  if (typeof text === 'string') return text;
  throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a string (S)`);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

/** DynamoDB stores UTF-8, which has no half of a surrogate pair. */
export function wellFormed(text: string): Objection | undefined {
  if (isWellFormed(text)) return undefined;
  return { code: 'range', message: 'must be well-formed Unicode, but has half of a surrogate pair' };
}
