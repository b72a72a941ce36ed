import { keyId, type Owner, type PrimaryRow } from './row.js';

/** What earlier attempts at the same write learned about rows of other items. */
export interface Findings {
  /** Path ids whose row another item has and whose manifest entry is therefore left open. */
  readonly open: ReadonlySet<string>;
  /** By path id: a row that is in the way although no item has it. */
  readonly dangling: ReadonlyMap<string, DanglingRow>;
  /** `keyId`s of manifest rows that turned out to be another item's. */
  readonly notOurs: ReadonlySet<string>;
  /**
   * Expired items that are in the way, by the `keyId` of their primary rows, as they were seen: the owners of rows that
   * are needed, and what stands at the primary key itself.
   */
  readonly expired: ReadonlyMap<string, PrimaryRow>;
}

/** A secondary row whose owner does not list it, as it and its owner were seen. */
export interface DanglingRow {
  readonly owner: Owner;
  readonly revision: string;
  readonly epoch: number;
  readonly registry: string;
  /** The owner's primary row; undefined where there is none. */
  readonly primary: Pick<PrimaryRow, 'revision' | 'layout'> | undefined;
}

export const nothingFound: Findings = Object.freeze({
  open: new Set<string>(),
  dangling: new Map<string, DanglingRow>(),
  notOurs: new Set<string>(),
  expired: new Map<string, PrimaryRow>(),
});

/** What a create knows that met an expired item at its own key; undefined where DynamoDB has deleted that meanwhile. */
export function foundAtKey(item: PrimaryRow | undefined): Findings {
  return item === undefined ? nothingFound : { ...nothingFound, expired: new Map([[keyId(item.key), item]]) };
}

/** The rows of others that a write with these findings deletes or takes over, with their stamps. */
export function rowsTaken({ dangling, expired }: Findings): readonly Pick<PrimaryRow, 'epoch' | 'registry'>[] {
  return dangling.size === 0 && expired.size === 0 ? NONE : [...dangling.values(), ...expired.values()];
}

const NONE: readonly [] = Object.freeze([]);
