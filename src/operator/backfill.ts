import { makeStrict } from '../registry/decisions.js';
import { drain } from './drain.js';
import { idsOf, type KeyPathName, namesOf, pathsIn } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { scanRows } from './scan.js';
import { openSession, type OperatorOptions, type Session } from './session.js';

/** What a backfill did. */
export interface BackfillReport {
  /** The key paths that are strict now. */
  readonly keyPaths: readonly KeyPathName[];
  /** How many items the sweep met. */
  readonly items: number;
  /** How many of them it wrote: the others were at the epoch already, or were deleted meanwhile. */
  readonly written: number;
}

/**
 * Backfill: fills every key path that is in *expand* with the items that were there before it, and makes it *strict*:
 * from then on a conflict on it is an error to the writer. Old and new applications go on reading and writing meanwhile.
 * Nothing to fill is no error. Safe to stop and to run again: items that are at the epoch are not written twice.
 *
 * Costs a Scan of the table and one transaction for each item that is not at the epoch: twice the WCU of its rows.
 *
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError where a row cannot be understood: nothing after it was swept
 */
export async function backfill(options: OperatorOptions): Promise<BackfillReport> {
  const session = await openSession(options);
  const { registry } = session;
  const expanding = pathsIn(registry.knowledge, 'expand');
  if (expanding.size === 0) return { keyPaths: [], items: 0, written: 0 };
  await drain(session, options);
  const swept = await sweep(session, options);
  for (const [type, demanded] of expanding) await registry.append(makeStrict(type, idsOf(demanded)));
  return { keyPaths: namesOf(expanding), ...swept };
}

/** Brings every item to the epoch that is known at the start; a later one is another sweep's. */
async function sweep(session: Session, options: OperatorOptions): Promise<{ items: number; written: number }> {
  const { epoch } = session.registry.knowledge;
  let items = 0;
  let written = 0;
  for await (const scanned of scanRows(session.gateway, options.signal)) {
    if (scanned.kind === 'secondary') continue;
    items++;
    // Only an item at the epoch may be passed over, never one that "needs nothing": its stamp is what stops a sleeper.
    if (scanned.row.epoch < epoch && (await session.writer.sweep(scanned.row)) !== undefined) written++;
    if (items % REPORT_EVERY === 0) options.onProgress?.({ step: 'sweep', items, written });
  }
  options.onProgress?.({ step: 'sweep', items, written });
  return { items, written };
}
