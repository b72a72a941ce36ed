import { inTurn, makeStrict } from '../registry/decisions.js';
import { drain } from './drain.js';
import { epochOf, idsOf, type KeyPathName, namesOf, pathsIn } from './paths.js';
import { assertOperatorOptions } from './options.js';
import { openSession, type OperatorOptions, type Session, type StepOptions } from './session.js';
import { nothingSwept, sweep, type SweepReport } from './sweep.js';

/** What a backfill did. */
export interface BackfillReport extends SweepReport {
  /** The key paths that are strict now. */
  readonly keyPaths: readonly KeyPathName[];
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
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError, ForeignRowError where a row is not what Ductile writes: nothing after it was swept, and the
 * key paths stay in expand
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function backfill(options: OperatorOptions): Promise<BackfillReport> {
  assertOperatorOptions('backfill', options);
  return backfillIn(await openSession(options), options);
}

/** `backfill`, in a session that is open. */
export async function backfillIn(session: Session, options: StepOptions): Promise<BackfillReport> {
  const expanding = pathsIn(session.registry.knowledge, 'expand');
  if (expanding.size === 0) return { keyPaths: [], ...nothingSwept };
  await drain(session, options);
  const swept = await sweep(session, options, (item) => {
    const paths = expanding.get(item.type);
    return paths === undefined ? undefined : epochOf(paths);
  });
  const nowStrict = [...expanding.values()].map((paths) => makeStrict(paths.type, idsOf(paths)));
  await session.registry.appendAll(inTurn(nowStrict));
  return { keyPaths: namesOf(expanding), ...swept };
}
