import type { ScalarName } from '../fields/field-type.js';
import { scalarTypes } from '../fields/scalars/index.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import type { ValueCodec } from './value-codec.js';
import { contentOnly } from './value-codec.js';

/** A scalar: stored and replaced as a whole. */
export function scalarValueCodec(kind: ScalarName): ValueCodec {
  const { decode, encode, check, settle } = scalarTypes[kind];
  const codec: ValueCodec = {
    decode,
    encode,
    check(value, path, ancestors, problems) {
      const objection = check(value, ancestors.length);
      if (objection === undefined) return;
      problems.push({ code: objection.code, path: path + (objection.path ?? ''), message: objection.message });
    },
    merge: (value, raw) => mergeWhole(codec, value, raw),
  };
  if (settle !== undefined) codec.settle = settle;
  return codec;
}

/**
 * The raw value stays where the caller's value is what it reads as: also where this version would write that
 * differently, because it reads a newer version's value as one of its own.
 */
export function mergeWhole(codec: ValueCodec, value: unknown, raw: AttributeValue): AttributeValue {
  const next = codec.encode(value, contentOnly);
  if (sameValue(next, raw)) return raw;
  const before = codec.encode(codec.decode(raw, undefined), contentOnly);
  return sameValue(next, before) ? raw : next;
}
