import { type InUseOptions, takeFrom } from './census.js';
import { isDropSwept } from '../registry/knowledge.js';
import { beginDrop } from '../registry/retire-decisions.js';
import { type Leavings, leavings } from './leavings.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { begunNow, openSession, type OperatorOptions, type Session, type StepOptions } from './session.js';
import type { Freed } from './freed.js';
import { nothingSwept, sweepAway, type SweepReport } from './sweep.js';

/** Which versions' leavings to drop. */
export interface DropChoice extends InUseOptions {
  /** The newest one that is retired: what only it and older ones could see goes. */
  readonly version: number;
}

export interface DropOptions extends OperatorOptions, DropChoice {}

/** What a drop did; the types, fields and key paths are all that the table has dropped, by this drop or an earlier one. */
export interface DropReport extends SweepReport, Leavings {
  /** Rows and bytes that the sweep took, all workers together: what applications had left behind before is not counted. */
  readonly freed: Freed;
}

/**
 * Drop: takes away what only retired versions could see: the rows of their key paths and the attributes of their
 * fields, inside object types, arrays and maps too. From the first entry on that it appends there is no way back, and
 * processes of those versions get `VersionRetiredError` for reads as well; from the second on every write of an item
 * leaves behind what goes. Items of a type that no remaining version has are left as they are: nobody could say what is to become of them.
 *
 * A row that nothing can be done with, because it is damaged or too large, is passed over and listed in `passedOver`; the
 * report is not finished then: mend the row and call again.
 *
 * Safe to stop, to repeat, and to run twice at once: it goes on where it was. What it did to an item is no change by a
 * user: revisions stay as they are.
 *
 * Costs twice the 65 writes of the fences, two drains (the first, for readers that have heard of nothing, never shorter
 * than `registryMaxAge` and 2 minutes outside local engines), a Scan of the table, one transaction for each item that
 * was not written since (twice the write units of its rows, and of those that go), and one entry more.
 *
 * @example
 * await drop({ schema: shop, table: 'shop', client, version: 2 });   // { keyPaths: […], items: 830, written: 830 }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws DropRefusedError where one of these versions still reads, unless `force` says that none of its processes is
 * needed any more; where these versions are not retired, or the retire did not end; or there is no such version
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws ThrottledError, ContentionError where an item could not be written however often that was tried: call again
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function drop(options: DropOptions): Promise<DropReport> {
  const { version, unseenFor, force } = choiceRules;
  assertOperatorOptions('drop', options, { version, unseenFor, force });
  return dropIn(await openSession(options), options);
}

/** `drop`, in a session that is open. */
export async function dropIn(session: Session, options: StepOptions & DropChoice): Promise<DropReport> {
  const { registry } = session;
  const running = begunNow(session, options);
  const { version } = options;
  await takeFrom(session, version, 'drop', beginDrop(version), options);
  const swept = isDropSwept(registry.knowledge)
    ? { ...nothingSwept, freed: { rows: 0, bytes: 0 } }
    : await sweepAway(session, running);
  return { ...leavings(registry.knowledge), ...swept };
}
