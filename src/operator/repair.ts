import { sameVersion, stillDangling } from '../protocol/conditions.js';
import { newRevision } from '../protocol/revision.js';
import { isOfItem, type PrimaryRow, readPrimary, type SecondaryRow } from '../protocol/row.js';
import { rowAbsent } from '../table/condition.js';
import type { RowKey } from '../values/attribute-value.js';
import { ownerSays } from './look.js';
import { isAboutOneRow } from './passed-over.js';
import { epochOf, type TypePaths } from './paths.js';
import type { Session } from './session.js';

/**
 * Has an item written with all its rows anew, by a layout write: no user's change, and only on the item as it was seen.
 * A row that another item rightly has stays that one's, and one that does not say whose it is stays as it is.
 *
 * @param closing path ids whose open entry is to be closed
 * @returns why it could not be written, when that is because of its rows
 */
export async function repairItem(
  { writer, registry }: Session,
  paths: TypePaths,
  item: PrimaryRow,
  closing: ReadonlySet<string>,
): Promise<unknown> {
  try {
    await writer.sweep(item, Math.max(epochOf(paths), registry.knowledge.swept), closing);
    return undefined;
  } catch (error) {
    if (isAboutOneRow(error)) return error;
    throw error;
  }
}

/**
 * Deletes a row that its owner does not list: in one transaction with a check that the owner is still as it was seen, so
 * that one which begins to list it keeps it. Where there is no owner the row may be the last copy of an item: it stays,
 * unless `orphans` says otherwise.
 *
 * @returns whether it is gone
 */
export async function repairDangling(
  session: Session,
  key: RowKey,
  row: SecondaryRow,
  orphans: 'delete' | undefined,
): Promise<boolean> {
  const { gateway } = session;
  const raw = await gateway.get(row.owner.key);
  if ((await ownerSays(session, key, row, raw)) !== 'not mine') return false;
  const owner = raw !== undefined && isOfItem(raw) ? readPrimary(raw, row.owner.key) : undefined;
  if (owner === undefined && orphans === undefined) return false;
  const unmoved = owner === undefined ? rowAbsent : sameVersion(owner);
  const outcome = await gateway.write(
    [
      { kind: 'delete', key, condition: stillDangling(row) },
      { kind: 'check', key: row.owner.key, condition: unmoved },
    ],
    newRevision(),
  );
  return outcome.kind === 'applied';
}
