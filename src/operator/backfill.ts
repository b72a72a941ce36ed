import { inTurn, makeStrict } from '../registry/decisions.js';
import { drain } from './drain.js';
import { epochOf, idsOf, type KeyPathName, namesOf, type PathsByType, pathsIn } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { scanRows } from './scan.js';
import { openSession, type OperatorOptions, type Session, type StepOptions } from './session.js';

/** What a backfill did. */
export interface BackfillReport {
  /** The key paths that are strict now. */
  readonly keyPaths: readonly KeyPathName[];
  /** How many items the sweep met, of the item types that have these key paths. */
  readonly items: number;
  /** How many of them were behind and are not any longer; the others were at the epoch, or were deleted meanwhile. */
  readonly written: number;
}

/**
 * Backfill: fills every key path that is in *expand* with the items that were there before it, and makes it *strict*:
 * from then on a conflict on it is an error to the writer. Old and new applications go on reading and writing meanwhile.
 * Nothing to fill is no error. Safe to stop, to repeat, and to run twice at once: an item is written once. A key path
 * that is published during the sweep is left to the next backfill.
 *
 * Costs a drain, a Scan of the table, and one transaction for each item that no process has written since the key path
 * was published: twice the write units of the item's rows. Then one write for each item type, and the 65 of the fences.
 *
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError, ForeignRowError where a row is not what Ductile writes: nothing after it was swept, and the
 * key paths stay in expand
 */
export async function backfill(options: OperatorOptions): Promise<BackfillReport> {
  return backfillIn(await openSession(options), options);
}

/** `backfill`, in a session that is open. */
export async function backfillIn(session: Session, options: StepOptions): Promise<BackfillReport> {
  const expanding = pathsIn(session.registry.knowledge, 'expand');
  if (expanding.size === 0) return { keyPaths: [], items: 0, written: 0 };
  await drain(session, options);
  const swept = await sweep(session, expanding, options);
  const nowStrict = [...expanding.values()].map((paths) => makeStrict(paths.type, idsOf(paths)));
  await session.registry.appendAll(inTurn(nowStrict));
  return { keyPaths: namesOf(expanding), ...swept };
}

/** Brings every item of these types to the epoch from which its writers know these key paths. */
async function sweep(
  { gateway, registry, writer }: Session,
  expanding: PathsByType,
  options: StepOptions,
): Promise<{ items: number; written: number }> {
  let items = 0;
  let written = 0;
  for await (const scanned of scanRows(gateway, options.signal)) {
    const paths = scanned.kind === 'primary' ? expanding.get(scanned.row.type) : undefined;
    if (scanned.kind === 'secondary' || paths === undefined) continue;
    const { row } = scanned;
    const epoch = epochOf(paths);
    await registry.catchUp(row.epoch, row.registry);
    items++;
    // Only an item at the epoch may be passed over, never one that "needs nothing": its stamp is what stops a sleeper.
    if (row.epoch < epoch && (await writer.sweep(row, epoch)) !== undefined) written++;
    if (items % REPORT_EVERY === 0) options.onProgress?.({ step: 'sweep', items, written });
  }
  options.onProgress?.({ step: 'sweep', items, written });
  return { items, written };
}
