import { inTurn, recordVerify } from '../registry/decisions.js';
import type { Knowledge } from '../registry/knowledge.js';
import { StoreOptionError } from '../store/errors.js';
import { runWork } from '../work/run-work.js';
import { type WorkEnd, withLimitsOf, type WorkProgress } from '../work/work.js';
import { type DigestsOfAll, digestTable } from './digest-pass.js';
import { drain } from './drain.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { endFinishedVerify, endVerifies, lookId, verifiedEpoch, verifyId } from './pass.js';
import { nothingPassedOver, type PassedOver, passedOverTogether } from './passed-over.js';
import { idsOf, isClean, isDemanded, type PathsByType, pathsIn, type TypePaths } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { cutOf } from './segments.js';
import {
  begunNow,
  openSession,
  type OperatorOptions,
  type RunningStep,
  type Session,
  type StepOptions,
  timeLeft,
} from './session.js';
import { type FindingKind, type KeyPathReport, Tally } from './tally.js';
import { SegmentVerify, type Verified } from './verify-segment.js';

/** What is verified, and what becomes of what is wrong. */
export interface VerifyChoice {
  /**
   * True to verify key paths that are promoted, too, and to find rows that no item lists on those that are gone. What is
   * found on them is reported, and not recorded: nothing takes a promotion back.
   */
  readonly all?: boolean;
  /**
   * True to mend what is proved wrong: an item is written with all its rows anew, a row that its owner does not list is
   * deleted. No user's revision changes by it. What is `damaged` is neither copied nor overwritten.
   */
  readonly repair?: boolean;
  /**
   * What a repair does with a row whose owner is not there at all, which may be the last copy of an item that somebody
   * lost: it stays, and is counted as `dangling`, unless this says `delete`.
   */
  readonly orphans?: 'delete';
}

export interface VerifyOptions extends OperatorOptions, VerifyChoice {}

/** What a verify found. */
export interface VerifyReport {
  /** How many items it looked at, of the item types that have these key paths. */
  readonly items: number;
  /** One for each key path that was verified; and for others on which something was found. */
  readonly keyPaths: readonly KeyPathReport[];
  /** Why rows were found `damaged`, and why a repair could not mend what it was to mend. */
  readonly passedOver: PassedOver;
  /** True where it found nothing wrong and nothing open, or mended all that was: the key paths can be promoted. */
  readonly complete: boolean;
  /** False where `timeLimit` ended the call first: call again to go on. */
  readonly finished: boolean;
}

/**
 * Verify: compares every item with its rows on the key paths that are *strict*, after a drain, and writes into the
 * registry what it found: `promote` relies on that record. One pass over the table sums up digests, of the rows as items
 * want them and as they are; where these differ (applications go on writing meanwhile) a second one looks at the rows in
 * question, and at what seems wrong once more in one transaction, before it counts. An item that has an open entry whose key
 * has become free is written with all its rows, and so is one that the backfill did not meet; nothing else is changed,
 * unless `repair` is asked for. A repair copies only from an item that every version which has it can read: what is not so
 * is `damaged`, and stays as it is. Any number of processes share the work.
 *
 * Costs a drain, a Scan of the table, and a write for each of its segments and each key path, of 10 bytes for each row and
 * 320 KB at most. Where digests differ a second Scan, and one get for each row in question; where it seems wrong the read
 * units of the item and its rows twice. Then one write for each item type and for each key path that is not complete. A repair costs twice the write
 * units of an item's rows, or four for a row that is deleted.
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { all, repair, orphans } = choiceRules;
  assertOperatorOptions('verify', options, { all, repair, orphans });
  if (options.orphans !== undefined && options.repair !== true) {
    throw new StoreOptionError('verify', 'orphans', 'says what a repair does: it needs repair: true');
  }
  return verifyIn(await openSession(options), options);
}

/** `verify`, in a session that is open. */
export async function verifyIn(session: Session, options: StepOptions & VerifyChoice): Promise<VerifyReport> {
  const { registry } = session;
  const running = begunNow(session, options);
  for (;;) {
    const paths = pathsToVerify(session, options);
    if (paths.size === 0 && options.all !== true) return { ...nothingVerified, complete: true, finished: true };
    if (!(await drain(session, running))) return unfinished(0);
    const id = verifyId(paths, options);
    await endVerifies(session, verifiedEpoch(paths));
    if (isUnrecorded(paths)) await endFinishedVerify(session, id);
    const { items, begun, digests, finished, work } = await digestTable(session, paths, running, id);
    if (!finished) return unfinished(items);
    // What was said about the first pass is about both.
    const within = withLimitsOf(work, running);
    const end = digests && (await lookAtSuspects(session, paths, digests, within, id));
    if (end === undefined || end.elsewhere) {
      // Who ended it has recorded what came of it, or found it too old.
      await registry.refresh();
      continue;
    }
    if (!end.finished) return unfinished(items);
    // A key path may have gone since the verify began, and the rows of it with it.
    if (end.results.length > 0) await registry.refresh();
    const tally = sumOf(end.results, registry.knowledge, paths);
    const passedOver = passedOverTogether(end.results.map((each) => each?.passedOver));
    const repaired = options.repair === true ? ({ repaired: true } as const) : {};
    const records = tally.records().map(({ type, paths: ids, ...found }) => {
      return recordVerify(type, ids, { epoch: verifiedEpoch(paths), begun, items, ...found, ...repaired });
    });
    await registry.appendAll(inTurn(records));
    // Another verify that began later may have found what this one did not.
    const complete = tally.suspects === 0 && areProved(registry.knowledge, paths);
    return { items, keyPaths: tally.reports(registry.knowledge), passedOver, complete, finished };
  }
}

const nothingVerified = { items: 0, keyPaths: [], passedOver: nothingPassedOver } as const;

const unfinished = (items: number): VerifyReport => ({ ...nothingVerified, items, complete: false, finished: false });

/** The key paths that a verify is about. */
export function pathsToVerify({ registry }: Session, { all = false }: VerifyChoice): PathsByType {
  const strict = pathsIn(registry.knowledge, 'strict');
  if (!all) return strict;
  const paths = new Map(pathsIn(registry.knowledge, 'promoted'));
  for (const [type, ofType] of strict) {
    paths.set(type, { ...ofType, paths: [...(paths.get(type)?.paths ?? []), ...ofType.paths] });
  }
  return paths;
}

/** True where the last verify of each of these paths that is strict still found nothing. */
function areProved(knowledge: Knowledge, paths: PathsByType): boolean {
  return [...pathsIn(knowledge, 'strict')].every(([type, strict]) => {
    const those = paths.get(type);
    const ids = those === undefined ? [] : idsOf(those);
    return strict.paths.every(({ path, verified }) => !ids.includes(path.id) || isClean(verified));
  });
}

/** True where no path is strict: nothing in the registry tells then that a verify of them has ended. */
const isUnrecorded = (paths: PathsByType): boolean =>
  [...paths.values()].every((ofType) => ofType.paths.every(({ state }) => state === 'promoted'));

type Looked = Pick<WorkEnd<Verified>, 'finished' | 'elsewhere' | 'results'>;

const nothingSuspect: Looked = { finished: true, elsewhere: false, results: [] };

/** The second pass: looks at every row that digests differ about. There is none where they do not. */
async function lookAtSuspects(
  session: Session,
  paths: PathsByType,
  { name, all: digests, doubtful }: DigestsOfAll,
  options: RunningStep & VerifyChoice,
  verify: string,
): Promise<Looked> {
  const { gateway, registry } = session;
  if (digests.clean && !doubtful) return nothingSuspect;
  const mine = { items: 0, suspects: 0 };
  let work: WorkProgress | undefined;
  const tell = (): void => options.onProgress?.({ step: 'verify', ...mine, ...(work === undefined ? {} : { work }) });
  const plan = {
    id: lookId(verify, name),
    kind: 'verify' as const,
    ...cutOf(session, options),
    checkpoint: 'page' as const,
    open: (_: number, sofar: Verified | undefined, of: number) =>
      new SegmentVerify(session, paths, digests, options, { sofar, of }, (items, suspects) => {
        mine.items += items;
        mine.suspects += suspects;
        if (items > 0 && mine.items % REPORT_EVERY === 0) tell();
      }),
  };
  return runWork<Verified>(gateway, registry.knowledge.shortId, plan, {
    ...options,
    timeLimit: timeLeft(session, options),
    onProgress: (progress) => {
      work = progress;
      tell();
    },
  });
}

const STANDS_ANYWHERE: readonly (FindingKind | 'repaired')[] = ['dangling', 'damaged', 'repaired'];

/** What is wrong on the key paths that the table still has; and with rows on those that are gone. */
function sumOf(results: Looked['results'], knowledge: Knowledge, paths: PathsByType): Tally {
  const still = new Map<string, TypePaths>();
  for (const [type, { paths: all, ...of }] of paths) {
    still.set(type, { ...of, paths: all.filter(({ path }) => isDemanded(knowledge, type, path.id)) });
  }
  const tally = new Tally(still);
  const counts = (type: string, path: string, kind: FindingKind | 'repaired'): boolean =>
    isDemanded(knowledge, type, path) || STANDS_ANYWHERE.includes(kind);
  for (const result of results) if (result !== undefined) tally.merge(result.tally, counts);
  return tally;
}
