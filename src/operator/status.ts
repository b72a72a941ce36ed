import type { CreateGuard, VerifyRecord } from '../registry/content.js';
import { raisedFences } from '../registry/fences.js';
import {
  isDropSwept,
  isFloorSwept,
  isRestoreSwept,
  type Knowledge,
  type PathState,
  unsweptWithdrawal,
} from '../registry/knowledge.js';
import type { WorkProgress } from '../work/work.js';
import { readWaits } from '../work/waits.js';
import { readWorks } from '../work/works.js';
import { drainTime } from './drain.js';
import { type DrainWait, drainWait } from './drain-wait.js';
import { jobNameOf } from './job-name.js';
import { assertOperatorOptions } from './options.js';
import { purposeOf, verifyKindOf } from './pass.js';
import { type KeyPathName, leftBy, namesOf, type PathsByType, pathsIn } from './paths.js';
import { openReadingSession, type PlaceOptions, type Session } from './session.js';

/** Where a schema version stands. */
export interface VersionStatus {
  readonly version: number;
  /** `published` before its first write, `active` from then on; `retiring` until all of its processes are shut out. */
  readonly state: 'published' | 'active' | 'retiring' | 'retired' | 'dropping' | 'dropped';
}

/** Where a secondary key path stands. */
export interface KeyPathStatus extends KeyPathName {
  readonly state: PathState;
  /** The epoch of the entry that put it there. */
  readonly since: number;
  /** What the last verify found since it became strict. */
  readonly verified?: VerifyRecord;
}

/** The step that comes next, as the functions of `ductile/operator` are called. */
export interface NextStep {
  readonly step:
    | 'backfill'
    | 'verify'
    | 'promote'
    | 'retire'
    | 'drop'
    | 'withdraw'
    | 'mendRestored'
    | 'resume'
    | 'cancel'
    | 'runJob';
  /** Of `retire`, `drop` and `withdraw`. */
  readonly version?: number;
  /** Of `verify`, where there are faults that a repair mends. */
  readonly repair?: true;
  /** Of `verify`, where a repair has left nothing but rows whose items are gone: each may be the last copy of one. */
  readonly orphans?: 'delete';
  /** Of `verify`, where one of all key paths was begun, and nobody works on it. */
  readonly all?: true;
  /** Of `cancel`: the id of the pass. */
  readonly work?: string;
  /** True where a person has to change items first: before that the step comes to the same as the last time. */
  readonly byHand?: true;
  /** Of `runJob`: the name of the job. What it does is known where it was written, not in the table. */
  readonly job?: string;
  /** One sentence, for people. */
  readonly why: string;
}

/** How a table stands. */
export interface Status {
  readonly schema: string;
  readonly table: string;
  /** The first characters of the registry's id: what stamps carry. */
  readonly registry: string;
  /** The epoch of its newest entry. */
  readonly epoch: number;
  readonly createGuard: CreateGuard;
  /** In milliseconds. */
  readonly registryMaxAge: number;
  readonly versions: readonly VersionStatus[];
  readonly keyPaths: readonly KeyPathStatus[];
  /** The passes over the table that are recorded in it. */
  readonly works: readonly WorkProgress[];
  /** In milliseconds: how long a drain of writers that begins now lasts. */
  readonly drain: number;
  /**
   * Who waits for a drain that is under way, the first to end first; at most 20. A process that was killed, or whose
   * `timeLimit` came first, stays here until its drain is over: whoever calls the step again waits no longer than that.
   */
  readonly drains: readonly DrainWait[];
  /** What waits to be done; empty where nothing does. */
  readonly next: readonly NextStep[];
}

/**
 * How a table stands: versions, key paths, what works on it, and what comes next. Costs a DescribeTable, a Query each of
 * the registry and of the works, and two gets.
 *
 * @example
 * const { next } = await status({ table: 'shop', client });   // [{ step: 'backfill', why: '…' }]
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError where no version is published
 */
export async function status(options: PlaceOptions): Promise<Status> {
  assertOperatorOptions('status', options);
  return statusIn(await openReadingSession(options));
}

/** `status`, in a session that is open. */
export async function statusIn({ gateway, registry }: Session): Promise<Status> {
  const works = await readWorks(gateway);
  const { knowledge } = registry;
  const { since, epoch } = await raisedFences(gateway);
  const waits = await readWaits(gateway, knowledge.shortId);
  const lasts = drainTime(knowledge.settings, gateway.loopback, 'writers');
  const now = gateway.serverTime();
  const waited = epoch >= knowledge.fenced ? now - since : 0;
  const { schemaName: schema, shortId, createGuard, registryMaxAge } = knowledge;
  return {
    schema,
    table: gateway.table,
    registry: shortId,
    epoch: knowledge.epoch,
    createGuard,
    registryMaxAge,
    versions: [...knowledge.versions.values()].map(({ version, active }) => ({
      version,
      state: versionState(knowledge, version, active),
    })),
    keyPaths: STATES.flatMap((state) => keyPathsIn(pathsIn(knowledge, state), state)),
    works,
    drain: Math.max(0, lasts - waited),
    drains: waits.map((wait) => drainWait(wait, now)),
    next: nextSteps(knowledge, works),
  };
}

const STATES: readonly PathState[] = ['expand', 'strict', 'promoted'];

/** Where a version stands that is published. */
export function versionState(knowledge: Knowledge, version: number, active: boolean): VersionStatus['state'] {
  const { floor, dropping } = knowledge;
  if (version >= floor.version) return active ? 'active' : 'published';
  if (version < (dropping?.version ?? 1)) return isDropSwept(knowledge) ? 'dropped' : 'dropping';
  return isFloorSwept(knowledge) ? 'retired' : 'retiring';
}

function keyPathsIn(paths: PathsByType, state: PathState): readonly KeyPathStatus[] {
  const names = namesOf(paths);
  const demanded = [...paths.values()].flatMap((ofType) => ofType.paths);
  return demanded.map(({ since, verified }, i) => ({
    ...names[i]!,
    state,
    since,
    ...(verified === undefined ? {} : { verified }),
  }));
}

/** What waits to be done, the most pressing first, with what is known of passes over the table. Pure. */
export function nextSteps(knowledge: Knowledge, works: readonly WorkProgress[] = []): readonly NextStep[] {
  const { floor, dropping } = knowledge;
  const withdrawal = unsweptWithdrawal(knowledge);
  const retired = floor.version - 1;
  const paused = works.filter(({ state }) => state === 'paused').map(({ id }) => id);
  return [
    // Whatever else is to be done, their workers wait.
    ...(paused.length === 0
      ? []
      : [step('resume', `${paused.join(', ')} ${paused.length === 1 ? 'is' : 'are'} paused`)]),
    ...(isRestoreSwept(knowledge)
      ? []
      : [step('mendRestored', 'the table was restored, and items are not brought to its registry yet')]),
    ...(withdrawal === undefined
      ? []
      : [
          step('withdraw', `rows of version ${withdrawal.version}, which was withdrawn, may still be there`, {
            version: withdrawal.version,
          }),
        ]),
    ...(isFloorSwept(knowledge)
      ? []
      : [step('retire', `versions up to ${retired} are not shut out yet`, { version: retired })]),
    ...(isDropSwept(knowledge)
      ? []
      : [step('drop', 'what was dropped is not gone yet', { version: dropping!.version - 1 })]),
    ...stepsOfPaths(knowledge),
    ...stepsOfJobs(works),
    ...stepsOfLeft(knowledge, works),
  ];
}

/** Of passes that nobody works on, and that no other step goes on with. */
function stepsOfLeft(knowledge: Knowledge, works: readonly WorkProgress[]): readonly NextStep[] {
  return works.flatMap((work) => {
    if (work.idle === undefined || work.kind === 'job') return [];
    const why = `${work.id} was begun, and nobody works on it`;
    switch (purposeOf(knowledge, work.id)) {
      case 'waited for':
        return [];
      case 'mendRestored':
        return [step('mendRestored', why)];
      case 'verify':
        return [step('verify', why, verifyKindOf(work.id))];
      case undefined:
        return [step('cancel', `${why}, nor waits for it`, { work: work.id })];
    }
  });
}

/** Jobs that are at rest before their end: all of their workers were stopped, or ended with an error. */
function stepsOfJobs(works: readonly WorkProgress[]): readonly NextStep[] {
  const left = works.filter(({ kind, idle }) => kind === 'job' && idle !== undefined);
  return left.map(({ id, about, segments }) => {
    const job = jobNameOf(id);
    const items = about === undefined ? '' : ` for items of ${about}`;
    return step(
      'runJob',
      `the job ${job}${items} has done ${segments.finished} of ${segments.all} segments, and nobody works on it`,
      { job },
    );
  });
}

function stepsOfPaths(knowledge: Knowledge): readonly NextStep[] {
  const waiting = pathsIn(knowledge, 'expand');
  const strict = keyPathsIn(pathsIn(knowledge, 'strict'), 'strict');
  const unproved = strict.filter(({ verified }) => verified === undefined);
  const faulty = (left: ReturnType<typeof leftBy>) =>
    strict.find(({ verified }) => verified && leftBy(verified) === left);
  const [unmended, orphans, others] = [faulty('unmended'), faulty('orphans'), faulty('others')];
  const faults = strict.filter(({ verified }) => (verified?.missing ?? 0) > 0);
  const open = strict.filter(({ verified }) => verified?.missing === 0 && verified.open > 0);
  const proved = strict.length - unproved.length - faults.length - open.length;
  return [
    ...(waiting.size === 0 ? [] : [step('backfill', `${count(namesOf(waiting).length)} not filled yet`)]),
    ...(unproved.length === 0 ? [] : [step('verify', `${count(unproved.length)} filled, and not proved complete`)]),
    ...(unmended === undefined
      ? []
      : [step('verify', `the last verify of ${named(unmended)} found faults: have them mended`, { repair: true })]),
    ...(orphans === undefined
      ? []
      : [
          step(
            'verify',
            `a repair of ${named(orphans)} has left rows whose items are gone: inspect them, and let them go`,
            {
              repair: true,
              orphans: 'delete',
            },
          ),
        ]),
    ...(others === undefined
      ? []
      : [
          step('verify', `a repair of ${named(others)} has left faults: inspect the items, and mend them by hand`, {
            repair: true,
            byHand: true,
          }),
        ]),
    ...(open.length === 0
      ? []
      : [
          step(
            'verify',
            `the last verify of ${named(open[0]!)} found items whose key another item has: change or delete one of each two`,
            { byHand: true },
          ),
        ]),
    ...(proved > 0 && proved === strict.length ? [step('promote', `${count(proved)} proved complete`)] : []),
  ];
}

const count = (paths: number): string => (paths === 1 ? 'one key path is' : `${paths} key paths are`);

const named = ({ type, keyPath }: KeyPathName): string => `${keyPath} of ${type}`;

const step = (name: NextStep['step'], why: string, more: Omit<NextStep, 'step' | 'why'> = {}): NextStep => ({
  step: name,
  why,
  ...more,
});
