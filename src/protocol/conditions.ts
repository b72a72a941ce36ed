import { absent, all, any, type Condition, equals, rowAbsent } from '../table/condition.js';
import type { DanglingRow } from './findings.js';
import { own, type Owner, ownerValue, type PrimaryRow } from './row.js';

/** Nothing happened to the item since it was seen: neither a user's write nor a layout write. */
export function unchanged(seen: PrimaryRow | undefined): Condition {
  return seen === undefined ? rowAbsent : sameVersion(seen);
}

export function sameVersion({ revision, layout }: Pick<PrimaryRow, 'revision' | 'layout'>): Condition {
  return all(
    equals(own.revision, { S: revision }),
    layout === 0 ? absent(own.layout) : equals(own.layout, { N: String(layout) }),
  );
}

/** The owner condition: there is no row, or one of these items has it. */
export function freeOrOwnedBy(...items: readonly Owner[]): Condition {
  return any(rowAbsent, ...items.map((item) => equals(own.owner, ownerValue(item))));
}

export function stillDangling({ owner, revision }: Pick<DanglingRow, 'owner' | 'revision'>): Condition {
  return all(equals(own.owner, ownerValue(owner)), equals(own.revision, { S: revision }));
}
