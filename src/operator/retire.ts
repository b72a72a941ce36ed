import { type InUseOptions, takeFrom } from './census.js';
import { RetireRefusedError } from '../registry/errors.js';
import { StoreOptionError } from '../store/errors.js';
import { isFloorSwept } from '../registry/knowledge.js';
import { lowerFloor, raiseFloor } from '../registry/retire-decisions.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { begunNow, openSession, type OperatorOptions, type Session, type StepOptions } from './session.js';
import { nothingSwept, sweepAll, type SweepReport } from './sweep.js';

/** Which versions to retire. */
export interface RetireChoice extends InUseOptions {
  /** This one and every older one. Not the newest. */
  readonly version: number;
  /**
   * True to take that back: this version and every later one may write again, those before it may not. It takes nothing
   * from a process, so it goes without `unseenFor` and `force`.
   */
  readonly undo?: boolean;
}

export interface RetireOptions extends OperatorOptions, RetireChoice {}

/** What a retire did. */
export interface RetireReport extends SweepReport {
  /** The oldest version that may write. */
  readonly floor: number;
}

/**
 * Retire: from the entry on that it appends, processes compiled at these versions get `VersionRetiredError` as soon as
 * they learn of it; when it resolves, none can write, not even one that slept. They still read. What only they could see
 * is still there: see `drop`. Refused while the census shows that one of these versions is in use, unless `force` says that
 * none of its processes is needed any more.
 *
 * A row that nothing can be done with, because it is damaged or too large, is passed over and listed in `passedOver`; the
 * report is not finished then: mend the row and call again.
 *
 * Safe to stop, to repeat, and to run twice at once. Undone by `undo: true`, until a drop of the version has begun.
 *
 * Costs the 65 writes of the fences, a drain, a Scan of the table, one transaction for each item that was not written
 * since (twice the write units of its rows), and one entry more. An undo costs the entry and the fences.
 *
 * @example
 * await retire({ schema: shop, table: 'shop', client, version: 2 });   // { floor: 3, items: 830, written: 512 }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes; `unseenFor` or `force` with `undo`
 * @throws RetireRefusedError where a version is in use, there is no such version, it is the newest, or an undo comes after a drop; or where
 * another operator took it back meanwhile
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws ThrottledError, ContentionError where an item could not be written however often that was tried: call again
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function retire(options: RetireOptions): Promise<RetireReport> {
  const { version, undo, unseenFor, force } = choiceRules;
  assertOperatorOptions('retire', options, { version, undo, unseenFor, force });
  assertUndoAsksNobody(options);
  return retireIn(await openSession(options), options);
}

/** @throws StoreOptionError where an undo is told when a version counts as out of use: whoever relied on that would err */
function assertUndoAsksNobody({ undo, ...asked }: RetireChoice): void {
  const given = (['unseenFor', 'force'] as const).find((name) => asked[name] !== undefined);
  if (undo !== true || given === undefined) return;
  throw new StoreOptionError(
    'retire',
    given,
    'does not go with undo: an undo takes nothing from a process, so it does not ask which versions are in use. Leave it out',
  );
}

/** `retire`, in a session that is open. */
export async function retireIn(session: Session, options: StepOptions & RetireChoice): Promise<RetireReport> {
  const { registry } = session;
  const { version, undo = false } = options;
  const running = begunNow(session, options);
  if (undo) {
    options.signal?.throwIfAborted();
    await registry.append(lowerFloor(version));
    return { floor: registry.knowledge.floor.version, ...nothingSwept };
  }
  await takeFrom(session, version, 'retire', raiseFloor(version), options);
  let swept = nothingSwept;
  for (let known = registry.knowledge; !isFloorSwept(known); known = await registry.refresh()) {
    swept = await sweepAll(session, running, known.floor.since);
    if (!swept.finished) return { floor: known.floor.version, ...swept };
  }
  const { floor, schemaName } = registry.knowledge;
  if (floor.version <= version) throw takenBack(schemaName, version, floor.version);
  return { floor: floor.version, ...swept };
}

function takenBack(schema: string, version: number, floor: number): RetireRefusedError {
  return new RetireRefusedError(
    `Another operator took back that versions up to ${version} of schema '${schema}' are retired, while this one swept the ` +
      `table: versions from ${floor} on may write.`,
    { version, floor },
  );
}
