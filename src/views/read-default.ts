import type { AttributeValue } from '../values/attribute-value.js';
import { contentOnly, type ValueCodec } from './value-codec.js';

/** What a field reads as where nothing is stored. */
export interface ReadDefault {
  /** The value, made anew for each reader: one may change it without another seeing. */
  fresh(): unknown;
  /** How this version would write it: what a caller's value is compared with. */
  canonical(): AttributeValue;
}

export function readDefault(codec: ValueCodec, attribute: AttributeValue): ReadDefault {
  const fresh = (): unknown => codec.decode(attribute, undefined);
  let canonical: AttributeValue | undefined;
  return { fresh, canonical: () => (canonical ??= codec.encode(fresh(), contentOnly)) };
}
