import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { own } from '../values/own.js';

/** The map that a raw value is; undefined where it is none. */
export function mapIn(raw: AttributeValue | undefined): AttributeMap | undefined {
  return raw !== undefined && 'M' in raw ? raw.M : undefined;
}

/**
 * From every map in `from` to the one in the same place of `to`, where the two are not the same object: for two readings
 * of one row, which have the same elements and keys and may differ in what single versions know.
 */
export function pairMaps(from: AttributeMap, to: AttributeMap): ReadonlyMap<AttributeMap, AttributeMap> {
  const pairs = new Map<AttributeMap, AttributeMap>();
  const pairMembers = (a: AttributeMap, b: AttributeMap): void => {
    for (const name of Object.keys(a)) pair(a[name], own(b, name));
  };
  const pair = (a: AttributeValue | undefined, b: AttributeValue | undefined): void => {
    if (a === b || a === undefined || b === undefined) return;
    if ('M' in a && 'M' in b) {
      pairs.set(a.M, b.M);
      pairMembers(a.M, b.M);
    } else if ('L' in a && 'L' in b) {
      const list = b.L;
      a.L.forEach((element, i) => pair(element, list[i]));
    }
  };
  pairMembers(from, to);
  return pairs;
}
