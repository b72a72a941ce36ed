import { inTurn, makeStrict } from '../registry/decisions.js';
import { drain } from './drain.js';
import { assertOperatorOptions } from './options.js';
import { backfillId, backfillUnderWay, endDoneWorks, pathsUpTo } from './pass.js';
import { epochOf, idsOf, type KeyPathName, namesOf, type PathsByType, pathsIn } from './paths.js';
import {
  begunNow,
  openSession,
  type OperatorOptions,
  type RunningStep,
  type Session,
  type StepOptions,
} from './session.js';
import { nothingSwept, sweep, type SweepEnd, type SweepReport, sweptTogether } from './sweep.js';

/** What a backfill did. */
export interface BackfillReport extends SweepReport {
  /** The key paths that were filled, and are strict: but for one that was withdrawn meanwhile. */
  readonly keyPaths: readonly KeyPathName[];
}

/**
 * Backfill: fills every key path that is in *expand* with the items that were there before it, and makes it *strict*:
 * from then on a conflict on it is an error to the writer. Old and new applications go on reading and writing meanwhile.
 * Nothing to fill is no error. Safe to stop, to repeat, and to run in any number of processes at once, which share the
 * work: an item is written once. A key path that is published during the sweep is left to the next backfill.
 *
 * A row that nothing can be done with (it is damaged, or too large for another entry) does not stop the others: the report
 * lists it in `passedOver`, is not finished, and the key paths stay in expand until it is mended and this is called again.
 *
 * Costs a drain, a Scan of the table, and one transaction for each item that no process has written since the key path
 * was published: twice the write units of the item's rows. Then one write for each item type, and the 65 of the fences.
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws ThrottledError, ContentionError where an item could not be written however often that was tried: call again
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function backfill(options: OperatorOptions): Promise<BackfillReport> {
  assertOperatorOptions('backfill', options);
  return backfillIn(await openSession(options), options);
}

/** `backfill`, in a session that is open. */
export async function backfillIn(session: Session, options: StepOptions): Promise<BackfillReport> {
  const { registry } = session;
  const running = begunNow(session, options);
  const waiting = pathsIn(registry.knowledge, 'expand');
  if (waiting.size === 0) return { keyPaths: [], ...nothingSwept };
  const newest = Math.max(...[...waiting.values()].map(epochOf));
  let swept = nothingSwept;
  // One that was begun before the newest of them was published is brought to its end first.
  for (let left; (left = pathsUpTo(pathsIn(registry.knowledge, 'expand'), newest)).size > 0;) {
    if (!(await drain(session, running))) return { keyPaths: [], ...swept, finished: false };
    const epoch = Math.min((await backfillUnderWay(session, left)) ?? newest, newest);
    const { elsewhere, ...report } = await fill(session, running, pathsUpTo(left, epoch), epoch);
    swept = sweptTogether(swept, report);
    if (!swept.finished) return { keyPaths: [], ...swept };
    // What another worker has ended it has made strict.
    if (elsewhere) await registry.refresh();
  }
  await endDoneWorks(session);
  return { keyPaths: namesOf(waiting), ...swept };
}

/** Fills key paths by one pass over the table, and makes them strict. */
async function fill(session: Session, options: RunningStep, paths: PathsByType, epoch: number): Promise<SweepEnd> {
  const end = await sweep(session, options, backfillId(epoch), (type) => {
    const ofType = paths.get(type);
    return ofType === undefined ? undefined : epochOf(ofType);
  });
  if (end.finished && !end.elsewhere) {
    const nowStrict = [...paths.values()].map((ofType) => makeStrict(ofType.type, idsOf(ofType)));
    await session.registry.appendAll(inTurn(nowStrict));
  }
  return end;
}
