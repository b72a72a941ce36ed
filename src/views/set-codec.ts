import { DamagedValue } from '../fields/errors.js';
import { describe, describeStored, isSet } from '../fields/kinds.js';
import { setAttribute, setMembers } from '../fields/set-attribute.js';
import type { ValueCodec } from './value-codec.js';
import { contentOnly } from './value-codec.js';
import { mergeWhole } from './whole-codec.js';

/** A set of strings or of numbers, stored and replaced as a whole. */
export function setCodec(of: ValueCodec, kind: 'SS' | 'NS'): ValueCodec {
  const codec: ValueCodec = {
    decode(stored) {
      const members = setMembers(stored, kind);
      if (members === undefined) throw new DamagedValue(`is stored as ${describeStored(stored)}, not as a set (${kind})`);
      return new Set(members.map((member) => of.decode(member, undefined)));
    },
    encode: (value) => setAttribute([...(value as ReadonlySet<unknown>)].map((member) => of.encode(member, contentOnly))),
    check(value, path, ancestors, problems) {
      if (!isSet(value)) {
        problems.push({ code: 'type', path, message: `must be a Set, got ${describe(value)}` });
        return;
      }
      // Members have no index; the message says which one by its value.
      for (const member of value) of.check(member, path, ancestors, problems);
    },
    merge: (value, raw) => mergeWhole(codec, value, raw),
  };
  if (of.settle !== undefined) codec.settle = (value) => settleMembers(value as Set<unknown>, of.settle as Settle);
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
