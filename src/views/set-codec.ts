import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored, isSet } from '../fields/kinds.js';
import { setAttribute, setMembers } from '../fields/set-attribute.js';
import { attributeText } from '../values/attribute-text.js';
import type { AttributeValue } from '../values/attribute-value.js';
import { contentOnly, type ValueCodec } from './value-codec.js';

/** A set of strings or of numbers. A save keeps the raw members that the caller's set still has. */
export function setCodec(of: ValueCodec, kind: 'SS' | 'NS'): ValueCodec {
  const members = (stored: AttributeValue): readonly AttributeValue[] => {
    const found = setMembers(stored, kind);
    if (found !== undefined) return found;
    throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a set (${kind})`);
  };
  const encoded = (value: unknown): readonly AttributeValue[] =>
    [...(value as ReadonlySet<unknown>)].map((member) => of.encode(member, contentOnly));

  const codec: ValueCodec = {
    decode: (stored) => new Set(members(stored).map((member) => of.decode(member, undefined))),
    encode: (value) => setAttribute(encoded(value)),
    check(value, path, ancestors, problems) {
      if (!isSet(value)) {
        problems.push({ code: 'type', path, message: `must be a Set, got ${describe(value)}` });
        return;
      }
      // Members have no index; the message says which one by its value.
      for (const member of value) of.check(member, path, ancestors, problems);
    },
    merge(value, raw) {
      const wanted = new Map(encoded(value).map((member) => [attributeText(member), member]));
      const before = members(raw).map((member) => ({
        member,
        content: attributeText(of.encode(of.decode(member, undefined), contentOnly)),
      }));
      const kept = before.filter(({ content }) => wanted.has(content));
      for (const { content } of kept) wanted.delete(content);
      if (kept.length === before.length && wanted.size === 0) return raw;
      return setAttribute([...kept.map(({ member }) => member), ...wanted.values()]);
    },
  };
  if (of.settle !== undefined)
    codec.settle = (value) => settleMembers(value as Set<unknown>, (each) => of.settle?.(each));
  return codec;
}

type Settle = (value: unknown) => unknown;

function settleMembers(set: Set<unknown>, settle: Settle): Set<unknown> {
  const members = [...set];
  const settled = members.map(settle);
  if (settled.some((member, i) => !Object.is(member, members[i]))) {
    set.clear();
    for (const member of settled) set.add(member);
  }
  return set;
}
