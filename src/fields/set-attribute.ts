import type { AttributeValue } from '../values/attribute-value.js';

/**
 * The stored form of a set whose members are strings (S) or numbers (N). DynamoDB has no empty sets, so that one is an
 * empty list: it must differ from a field that is unset.
 */
export function setAttribute(members: readonly AttributeValue[]): AttributeValue {
  const texts = new Set<string>();
  let kind: 'SS' | 'NS' = 'SS';
  for (const member of members) {
    if ('S' in member) texts.add(member.S);
    else if ('N' in member) {
      texts.add(member.N);
      kind = 'NS';
    } else throw new TypeError('A set holds strings or numbers only.');
  }
  if (texts.size === 0) return { L: [] };
  return kind === 'SS' ? { SS: [...texts] } : { NS: [...texts] };
}

/** The members of a stored set, each as an attribute value of its own; undefined where it is no set of that kind. */
export function setMembers(stored: AttributeValue, kind: 'SS' | 'NS'): readonly AttributeValue[] | undefined {
  if (kind === 'SS' && 'SS' in stored) return stored.SS.map((text) => ({ S: text }));
  if (kind === 'NS' && 'NS' in stored) return stored.NS.map((text) => ({ N: text }));
  return 'L' in stored && stored.L.length === 0 ? [] : undefined;
}
