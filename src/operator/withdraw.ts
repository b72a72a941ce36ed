import { type InUseOptions, takeFrom } from './census.js';
import { WithdrawRefusedError } from '../registry/errors.js';
import { type Knowledge, unsweptWithdrawal, unsweptWithdrawals } from '../registry/knowledge.js';
import { assertSamePast, type PublishableSchema, versionOf, type VersionSource } from '../registry/past.js';
import { takeBack } from '../registry/retire-decisions.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { StoreOptionError } from '../store/errors.js';
import {
  begunNow,
  openSession,
  type OperatorOptions,
  type Session,
  type SourceOptions,
  type StepOptions,
} from './session.js';
import { nothingSwept, sweepAway, type SweepReport } from './sweep.js';

/** Which version to withdraw. */
export interface WithdrawChoice extends InUseOptions {
  /** The newest one; no process that was compiled at it has begun to write. */
  readonly version: number;
}

export interface WithdrawOptions extends OperatorOptions, WithdrawChoice {}

/** What a withdraw did. */
export interface WithdrawReport extends SweepReport {
  /** The newest version that is published now; 0 where there is none. */
  readonly newest: number;
}

/**
 * Withdraw: takes back the newest version, which no process has used. Its key paths are gone with it, and its number may
 * be published again, with the same content or another. Where applications have written meanwhile, the rows that they
 * made on its key paths are taken away first; until that has ended, `publish` of a new version is refused.
 *
 * Refused while the census shows that the version is in use, if only by readers, unless `force` says that none of its
 * processes is needed any more: from the entry on that it appends, their reads and writes are a `VersionRetiredError`.
 * A version at which a process has begun to write stays, whatever `force` says, also where that first write was refused.
 *
 * A row that nothing can be done with, because it is damaged or too large, is passed over and listed in `passedOver`; the
 * report is not finished then: mend the row and call again.
 *
 * Safe to stop, to repeat, and to run twice at once. A process that is about to write at the version for the first time
 * competes with it: one of the two is told that the other was first.
 *
 * Costs a Query of the census and the 65 writes of the fences; and, where the version has key paths of its own and the
 * table is in use, what a drop costs.
 *
 * @param options `schema` is built from sources that have the version, so that nobody's else of that number is taken back.
 * Where the version was taken back before, and only its rows are still to go, none is needed
 *
 * @example
 * await withdraw({ schema: shop, table: 'shop', client, version: 4 });   // { newest: 3, items: 830, written: 830 }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes, or `schema` is missing
 * @throws WithdrawRefusedError where a process of the version was seen lately, one has begun to write, it is not the newest, is
 * not in the sources, or is the only one that may write
 * @throws PastChangedError, VersionTakenError, OtherSchemaError where the sources are not those that were published
 * @throws ThrottledError, ContentionError where an item could not be written however often that was tried: call again
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function withdraw(options: WithdrawOptions): Promise<WithdrawReport> {
  const { version, unseenFor, force } = choiceRules;
  assertOperatorOptions('withdraw', options, { version, unseenFor, force });
  // The sources may be compiled at the version itself, which is not published any more where this was stopped before.
  return withdrawIn(await openSession(options, assertSamePast), options);
}

/** `withdraw`, in a session that is open. */
export async function withdrawIn(
  session: Session,
  options: StepOptions & WithdrawChoice & SourceOptions,
): Promise<WithdrawReport> {
  const { registry } = session;
  const { schema, version } = options;
  const running = begunNow(session, options);
  if (!goesOn(registry.knowledge, version)) {
    const { hash } = sourceOf(schema, version);
    await takeFrom(session, version, 'withdraw', takeBack(version, hash), options);
  }
  const isUnswept = unsweptWithdrawal(registry.knowledge) !== undefined;
  if (!isUnswept) return { newest: registry.knowledge.newestVersion, ...nothingSwept };
  const { freed: _, ...swept } = await sweepAway(session, running);
  return { newest: registry.knowledge.newestVersion, ...swept };
}

/** True where the version was taken back before, and only its traces are still to go: whatever sources say of its number. */
export const goesOn = (knowledge: Knowledge, version: number): boolean =>
  !knowledge.versions.has(version) && unsweptWithdrawals(knowledge).some((each) => each.version === version);

/**
 * What the sources say that is to be taken back.
 *
 * @throws StoreOptionError where there are none; WithdrawRefusedError where they do not have the version
 */
export function sourceOf(schema: PublishableSchema | undefined, version: number): VersionSource {
  if (schema === undefined) {
    throw new StoreOptionError('withdraw', 'schema', 'is missing: give that of sources which have the version');
  }
  const source = versionOf(schema, version);
  if (source === undefined) throw notInSources(schema, version);
  return source;
}

function notInSources({ name, version: newest }: PublishableSchema, version: number): WithdrawRefusedError {
  return new WithdrawRefusedError(
    `Version ${version} of schema '${name}' cannot be withdrawn from these sources, which end at version ${newest}. Use those ` +
      'that it was published from, so that nothing else is taken back.',
    { version },
  );
}
