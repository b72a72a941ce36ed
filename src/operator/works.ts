import { StoreOptionError } from '../store/errors.js';
import { limitWork, pauseWork, readWorks, resumeWork, type WorkLimits } from '../work/works.js';
import type { WorkProgress } from '../work/work.js';
import { NoSuchWorkError } from './errors.js';
import { assertOperatorOptions, choiceRules, limitRules } from './options.js';
import { openReadingSession, type PlaceOptions, type Session } from './session.js';

/** Which pass over the table is meant. */
export interface WorkChoice {
  /** Its id, as `works` tells it; all that are not finished unless said. */
  readonly work?: string;
}

export interface WorkOptions extends PlaceOptions, WorkChoice {}

export interface LimitOptions extends PlaceOptions, WorkChoice, WorkLimits {}

/**
 * The passes over the table that are recorded in it, with how far all their workers together have come. Costs a
 * DescribeTable, and a Query each of the registry and of the passes.
 *
 * @example
 * await works({ table: 'shop', client });   // [{ id: 'backfill-12', state: 'running', rows: 48200, … }]
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError where no version is published
 */
export async function works(options: PlaceOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('works', options);
  const { gateway } = await openReadingSession(options);
  return readWorks(gateway);
}

/**
 * Has every worker, on whatever machine, stop between two rows and wait, within some seconds. Costs what `works`
 * does, and a write for each pass. A step that still waits for its drain has begun no pass yet, so there is nothing to
 * pause: its own `signal` (on the command line Ctrl-C) ends the wait, and it may be called again later.
 *
 * @returns how those that it is about stand now; none where no pass is under way and no `work` was named
 * @throws as `works`; NoSuchWorkError where `work` names no pass; the signal's reason; OutcomeUnknownError where no
 * attempt to write it down was answered: call again
 */
export async function pause(options: WorkOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('pause', options, { work: choiceRules.work });
  return changed(await openReadingSession(options), options, pauseWork);
}

/** Has the workers of what was paused go on. What waits for its drain was never paused. Costs, returns and throws as `pause`. */
export async function resume(options: WorkOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('resume', options, { work: choiceRules.work });
  return changed(await openReadingSession(options), options, resumeWork);
}

/**
 * Changes how many capacity units a second all workers of a pass may consume together, within some seconds; null takes a
 * limit away. It stands for that pass until the next `limit`, whatever workers are started with meanwhile. A step that
 * still waits for its drain has no pass yet: it takes its limits with it, as `maxWcu` and `maxRcu`. Costs, returns and throws
 * as `pause`; StoreOptionError where neither is given, too, since that would only keep later workers from giving theirs.
 *
 * @example
 * await limit({ table: 'shop', client, maxWcu: 500 });
 */
export async function limit(options: LimitOptions): Promise<readonly WorkProgress[]> {
  const { maxWcu, maxRcu, ...place } = options;
  assertOperatorOptions('limit', options, { ...limitRules, work: choiceRules.work });
  if (maxWcu === undefined && maxRcu === undefined) {
    throw new StoreOptionError(
      'limit',
      'maxWcu',
      'is missing, and so is maxRcu: give one or both; null takes a limit away',
    );
  }
  return changed(await openReadingSession(place), options, (gateway, id) =>
    limitWork(gateway, id, {
      ...(maxWcu === undefined ? {} : { maxWcu }),
      ...(maxRcu === undefined ? {} : { maxRcu }),
    }),
  );
}

type Change = (gateway: Session['gateway'], id: string) => Promise<WorkProgress | undefined>;

async function changed(
  { gateway }: Session,
  { work, table }: WorkOptions,
  change: Change,
): Promise<readonly WorkProgress[]> {
  const now: WorkProgress[] = [];
  for (const { id } of meantBy(work, await readWorks(gateway), table)) {
    const progress = await change(gateway, id);
    if (progress !== undefined) now.push(progress);
    // It ended just now.
    else if (work !== undefined) throw new NoSuchWorkError(work, table);
  }
  return now;
}

/**
 * The passes that are meant: the one of an id, or all that are not finished.
 *
 * @throws NoSuchWorkError where none has the id
 */
export function meantBy(
  work: string | undefined,
  all: readonly WorkProgress[],
  table: string,
): readonly WorkProgress[] {
  if (work === undefined) return all.filter(({ state }) => state !== 'finished');
  const one = all.find(({ id }) => id === work);
  if (one === undefined) throw new NoSuchWorkError(work, table);
  return [one];
}
