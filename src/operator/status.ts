import type { CreateGuard } from '../registry/content.js';
import { raisedFences } from '../registry/fences.js';
import { isDropSwept, isFloorSwept, type Knowledge, type PathState } from '../registry/knowledge.js';
import { readWaits } from '../work/waits.js';
import type { WorkProgress } from '../work/work.js';
import { readWorks } from '../work/works.js';
import { drainTime } from './drain.js';
import { type DrainWait, drainWait } from './drain-wait.js';
import { type KeyPathStatus, keyPathsIn } from './key-path-status.js';
import { type NextStep, nextSteps } from './next-steps.js';
import { assertOperatorOptions } from './options.js';
import { pathsIn } from './paths.js';
import { openReadingSession, type PlaceOptions, type Session } from './session.js';

/** Where a schema version stands. */
export interface VersionStatus {
  readonly version: number;
  /** `published` before its first write, `active` from then on; `retiring` until all of its processes are shut out. */
  readonly state: 'published' | 'active' | 'retiring' | 'retired' | 'dropping' | 'dropped';
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
