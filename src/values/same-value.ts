import type { AttributeMap, AttributeValue } from './attribute-value.js';

/**
 * Whether two attribute values say the same: maps whatever the order of their keys, sets whatever the order of their
 * members. Numbers are compared as text, so both sides must have been written by the same hand.
 */
export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('M' in a) return 'M' in b && sameMap(a.M, b.M);
  if ('L' in a) return 'L' in b && a.L.length === b.L.length && a.L.every((value, i) => sameValue(value, b.L[i]));
  if ('B' in a) return 'B' in b && sameBytes(a.B, b.B);
  if ('SS' in a) return 'SS' in b && sameMembers(a.SS, b.SS);
  if ('NS' in a) return 'NS' in b && sameMembers(a.NS, b.NS);
  return 'BS' in b && sameMembers(a.BS.map(hex), b.BS.map(hex));
}

/** Whether two maps have the same attributes with the same values. */
export function sameMap(a: AttributeMap, b: AttributeMap): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
