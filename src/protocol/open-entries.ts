import type { DemandedPath } from '../registry/knowledge.js';
import type { RowKey } from '../values/attribute-value.js';
import { demand, type DemandedRow, isForOlderReaders, keyOnPath, rowsOn } from './demand.js';
import type { Findings } from './findings.js';
import { type PrimaryRow, sameKey } from './row.js';

/** The keys that a process met as another item's a short while ago. */
export interface Taken {
  has(key: RowKey): boolean;
}

/** True if a conflict on the row is left open in every state of its key path, not only while that expands. */
export const opensInEveryState = ({ byOlderDefault }: DemandedRow): boolean => byOlderDefault;

/** True if the manifest has an open entry for this very key. */
export function isOpenAlready(row: DemandedRow, before: PrimaryRow | undefined): boolean {
  if (before?.manifest.get(row.path.id) !== 'open') return false;
  const keyBefore = keyOnPath(row.path, before.raw);
  return keyBefore !== undefined && sameKey(keyBefore, row.key);
}

/**
 * Whether a write leaves the entry of a demanded row open without a try for the row. Otherwise every write of every item
 * whose key is taken would queue on that one row.
 *
 * - An entry that is open already, at the same key, is carried until verify closes it. On a promoted path nothing verifies
 *   it any more, so there a process tries the row again once it no longer remembers the key as taken.
 * - An entry may be opened at a key that the process remembers as taken, never in the place of a row that the item has.
 *
 * A write that gives the item a value where it had one that only older readers get always tries: the value is the user's, and
 * so is the conflict.
 *
 * @param seen what stands at the item's own key: the item, or one that has expired and that a create replaces
 */
export function isLeftUntried(
  row: DemandedRow,
  before: PrimaryRow | undefined,
  taken: Taken,
  seen: PrimaryRow | undefined = before,
): boolean {
  const inEveryState = opensInEveryState(row);
  if (isOpenAlready(row, before)) {
    if (row.state === 'promoted') return inEveryState && taken.has(row.key);
    return inEveryState || !isForOlderReaders(row, before!.raw);
  }
  return (row.state === 'expand' || inEveryState) && taken.has(row.key) && !hasRow(row, seen);
}

/** True if a write of the item as it is would try for a row whose entry is open. */
export function triesToClose(item: PrimaryRow, paths: readonly DemandedPath[], taken: Taken): boolean {
  if (![...item.manifest.values()].includes('open')) return false;
  return demand(paths, item.raw).some(
    (row) => isOpenAlready(row, item) && !row.tooLarge && !isLeftUntried(row, item, taken),
  );
}

/** How often an entry that is to be closed is tried for while users write its item again and again. */
export const CLOSING_ATTEMPTS = 100;

export const NONE_TO_CLOSE: ReadonlySet<string> = new Set();

/**
 * Which of the entries that were to be closed are open still, for all that is known: the item has moved meanwhile, but not
 * to another key, and the key was not met as another item's.
 */
export function stillToClose(
  closing: ReadonlySet<string>,
  paths: readonly DemandedPath[],
  { seen, now, findings }: { readonly seen: PrimaryRow; readonly now: PrimaryRow; readonly findings: Findings },
): ReadonlySet<string> {
  const keysOf = (item: PrimaryRow): ReadonlyMap<string, RowKey | undefined> =>
    new Map(paths.flatMap((demanded) => rowsOn(demanded, item.raw)).map(({ path, key }) => [path.id, key]));
  const [before, after] = [keysOf(seen), keysOf(now)];
  const isLeft = (id: string): boolean => {
    if (findings.open.has(id) || now.manifest.get(id) !== 'open') return false;
    const [was, is] = [before.get(id), after.get(id)];
    return was !== undefined && is !== undefined && sameKey(was, is);
  };
  return new Set([...closing].filter(isLeft));
}

/** True if the item has a row at the key, as its manifest says: on whichever path, or older reading, it was put there for. */
function hasRow({ key }: DemandedRow, item: PrimaryRow | undefined): boolean {
  return [...(item?.manifest.values() ?? [])].some((listed) => listed !== 'open' && sameKey(listed, key));
}
