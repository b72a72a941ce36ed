import { ForeignRowError } from '../protocol/errors.js';
import { isSecondary, own, type PrimaryRow, readPrimary, readSecondary } from '../protocol/row.js';
import { inTurn, recordVerify } from '../registry/decisions.js';
import type { Knowledge } from '../registry/knowledge.js';
import { RegistryForkError } from '../registry/errors.js';
import { StoreOptionError } from '../store/errors.js';
import { DamagedRowError } from '../views/errors.js';
import { runWork } from '../work/run-work.js';
import { type SegmentTask, type WorkEnd, withLimitsOf, type WorkProgress } from '../work/work.js';
import type { Digests } from './digest.js';
import { type Digested, digestTable } from './digest-pass.js';
import { drain } from './drain.js';
import { isDangling, lookAtItem } from './look.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { endFinishedVerify, endVerifies, endVerify, lookId, verifiedEpoch, verifyId } from './pass.js';
import { idsOf, isClean, isDemanded, type PathsByType, pathsIn, type TypePaths } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { repairDangling, repairItem } from './repair.js';
import { segmentsFor } from './segments.js';
import {
  begunNow,
  openSession,
  type OperatorOptions,
  type RunningStep,
  type Session,
  type StepOptions,
  timeLeft,
} from './session.js';
import { type Finding, type FindingKind, type KeptTally, type KeyPathReport, Tally } from './tally.js';

/** What is verified, and what becomes of what is wrong. */
export interface VerifyChoice {
  /**
   * True to verify key paths that are promoted, too, and to find rows that no item lists on those that are gone. What is
   * found on them is reported, and not recorded: nothing takes a promotion back.
   */
  readonly all?: boolean;
  /**
   * True to mend what is proved wrong: an item is written with all its rows anew, a row that its owner does not list is
   * deleted. No user's revision changes by it.
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
  /** One for each key path that was verified. */
  readonly keyPaths: readonly KeyPathReport[];
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
 * has become free is written with all its rows; nothing else is changed, unless `repair` is asked for. Any number of
 * processes share the work.
 *
 * Costs a drain, a Scan of the table, and a write for each of its segments and each key path, of 10 bytes for each row and
 * 320 KB at most. Where digests differ a second Scan, and one get for each row in question; where it seems wrong the read
 * units of the item and its rows twice. Then one write for each item type and for each key path that is not complete. A repair costs twice the write
 * units of an item's rows, or four for a row that is deleted.
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError, ForeignRowError where a row is not what Ductile writes: nothing was recorded
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
    if (paths.size === 0 && options.all !== true) return { items: 0, keyPaths: [], complete: true, finished: true };
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
    const repaired = options.repair === true ? ({ repaired: true } as const) : {};
    const records = tally.records().map(({ type, paths: ids, ...found }) => {
      return recordVerify(type, ids, { epoch: verifiedEpoch(paths), begun, items, ...found, ...repaired });
    });
    await registry.appendAll(inTurn(records));
    // Another verify that began later may have found what this one did not.
    const complete = tally.suspects === 0 && areProved(registry.knowledge, paths);
    return { items, keyPaths: tally.reports(registry.knowledge), complete, finished };
  }
}

const unfinished = (items: number): VerifyReport => ({ items, keyPaths: [], complete: false, finished: false });

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

/** What is kept of a segment. */
type Verified = KeptTally;

type Looked = Pick<WorkEnd<Verified>, 'finished' | 'elsewhere' | 'results'>;

const nothingSuspect: Looked = { finished: true, elsewhere: false, results: [] };

/** The second pass: looks at every row that digests differ about. There is none where they do not. */
async function lookAtSuspects(
  session: Session,
  paths: PathsByType,
  { name, all: digests }: Required<Digested>['digests'],
  options: RunningStep & VerifyChoice,
  verify: string,
): Promise<Looked> {
  const { gateway, registry } = session;
  if (digests.clean) return nothingSuspect;
  const mine = { items: 0, suspects: 0 };
  let work: WorkProgress | undefined;
  const tell = (): void => options.onProgress?.({ step: 'verify', ...mine, ...(work === undefined ? {} : { work }) });
  const plan = {
    id: lookId(verify, name),
    kind: 'verify' as const,
    segments: options.segments ?? segmentsFor(session.size),
    checkpoint: 'page' as const,
    open: (_: number, sofar: Verified | undefined) =>
      new SegmentVerify(session, paths, digests, options, sofar, (items, suspects) => {
        mine.items += items;
        mine.suspects += suspects;
        if (items > 0 && mine.items % REPORT_EVERY === 0) tell();
      }),
  };
  try {
    return await runWork<Verified>(gateway, registry.knowledge.shortId, plan, {
      ...options,
      timeLimit: timeLeft(session, options),
      onProgress: (progress) => {
        work = progress;
        tell();
      },
    });
  } catch (error) {
    // Whoever mends the row will have all of it verified anew, also what was sound when the digests were made.
    if (isAboutRow(error)) await endVerify(session, verify);
    throw error;
  }
}

const isAboutRow = (error: unknown): boolean =>
  error instanceof DamagedRowError || error instanceof ForeignRowError || error instanceof RegistryForkError;

/** What is wrong on the key paths that the table still has; and with rows on those that are gone. */
function sumOf(results: Looked['results'], knowledge: Knowledge, paths: PathsByType): Tally {
  const still = new Map<string, TypePaths>();
  for (const [type, { paths: all, ...of }] of paths) {
    still.set(type, { ...of, paths: all.filter(({ path }) => isDemanded(knowledge, type, path.id)) });
  }
  const tally = new Tally(still);
  const counts = (type: string, path: string, kind: FindingKind | 'repaired'): boolean =>
    isDemanded(knowledge, type, path) || kind === 'dangling' || kind === 'repaired';
  for (const result of results) if (result !== undefined) tally.merge(result, counts);
  return tally;
}

/** The verify of one segment. */
class SegmentVerify implements SegmentTask<Verified> {
  readonly #tally: Tally;

  constructor(
    private readonly session: Session,
    private readonly paths: PathsByType,
    private readonly digests: Digests,
    private readonly options: VerifyChoice,
    sofar: Verified | undefined,
    private readonly counted: (items: number, suspects: number) => void,
  ) {
    this.#tally = new Tally(paths);
    if (sofar !== undefined) this.#tally.merge(sofar);
  }

  row(...[raw, key]: Parameters<SegmentTask<Verified>['row']>): Promise<void> | undefined {
    if (!(own.type in raw)) return undefined;
    return isSecondary(raw) ? this.#lookAtRow(raw, key) : this.#lookAtItem(raw, key);
  }

  result(): Verified {
    return this.#tally.kept();
  }

  async #lookAtItem(...[raw, key]: Parameters<SegmentTask<Verified>['row']>): Promise<void> {
    const item = readPrimary(raw, key);
    const paths = this.#suspectPaths(item);
    if (paths === undefined) return;
    const look = await lookAtItem(this.session, paths, item);
    const mends = look.mayClose || (this.options.repair === true && look.findings.length > 0);
    const findings = mends ? await this.#mend(paths, item, look.findings) : look.findings;
    for (const { path, kind } of findings) this.#tally.add(item.type, path, kind, item.key);
    this.counted(1, findings.length);
  }

  /** Has the item written with all its rows. Resolves to what is wrong then. */
  async #mend(paths: TypePaths, { type, key }: PrimaryRow, found: readonly Finding[]): Promise<readonly Finding[]> {
    const { session } = this;
    const before = await session.gateway.get(key);
    if (before !== undefined) await repairItem(session, paths, readPrimary(before, key));
    const after = await session.gateway.get(key);
    if (after === undefined) return [];
    const { findings } = await lookAtItem(session, paths, readPrimary(after, key));
    // That an open entry was closed is no repair: nothing was wrong with the row.
    const mended = found.filter(({ path, kind }) => kind !== 'open' && !findings.some((left) => left.path === path));
    for (const { path } of mended) this.#tally.add(type, path, 'repaired', key);
    return findings;
  }

  #suspectPaths(item: PrimaryRow): TypePaths | undefined {
    const ofType = this.paths.get(item.type);
    const paths = ofType?.paths.filter(({ path }) => this.digests.isItemSuspect(item, path)) ?? [];
    return ofType === undefined || paths.length === 0 ? undefined : { ...ofType, paths };
  }

  async #lookAtRow(...[raw, key]: Parameters<SegmentTask<Verified>['row']>): Promise<void> {
    const { session, options } = this;
    const row = readSecondary(raw, key);
    if (!this.digests.isRowSuspect(row, key) || !(await isDangling(session.gateway, key, row))) return;
    const isMended = options.repair === true && (await repairDangling(session, key, row, options.orphans));
    this.#tally.add(row.type, row.path, isMended ? 'repaired' : 'dangling', key);
    this.counted(0, isMended ? 0 : 1);
  }
}
