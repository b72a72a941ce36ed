import { limitWork, pauseWork, readWorks, resumeWork, type WorkLimits } from '../work/works.js';
import type { WorkProgress } from '../work/work.js';
import { assertOperatorOptions, choiceRules, limitRules } from './options.js';
import { openBriefSession, type PlaceOptions, type Session } from './session.js';

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
 * await works({ schema: shop, table: 'shop', client });   // [{ id: 'backfill-12', state: 'running', rows: 48200, … }]
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 */
export async function works(options: PlaceOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('works', options);
  const { gateway } = await openBriefSession(options);
  return readWorks(gateway);
}

/**
 * Has every worker, on whatever machine, stop between two rows and wait, within some seconds. Costs what `works`
 * does, and a write for each pass.
 *
 * @returns how those that it is about stand now
 * @throws as `works`; the signal's reason; OutcomeUnknownError where no attempt to write it down was answered: call again
 */
export async function pause(options: WorkOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('pause', options, { work: choiceRules.work });
  return changed(await openBriefSession(options), options, pauseWork);
}

/** Has the workers of what was paused go on. Costs, returns and throws as `pause`. */
export async function resume(options: WorkOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('resume', options, { work: choiceRules.work });
  return changed(await openBriefSession(options), options, resumeWork);
}

/**
 * Changes how many capacity units a second all workers of a pass may consume together, within some seconds; null takes a
 * limit away. It stands for that pass until the next `limit`, whatever workers are started with meanwhile. Costs, returns
 * and throws as `pause`.
 *
 * @example
 * await limit({ schema: shop, table: 'shop', client, maxWcu: 500 });
 */
export async function limit(options: LimitOptions): Promise<readonly WorkProgress[]> {
  const { maxWcu, maxRcu, ...place } = options;
  assertOperatorOptions('limit', options, { ...limitRules, work: choiceRules.work });
  return changed(await openBriefSession(place), options, (gateway, id) =>
    limitWork(gateway, id, {
      ...(maxWcu === undefined ? {} : { maxWcu }),
      ...(maxRcu === undefined ? {} : { maxRcu }),
    }),
  );
}

type Change = (gateway: Session['gateway'], id: string) => Promise<WorkProgress | undefined>;

async function changed({ gateway }: Session, { work }: WorkChoice, change: Change): Promise<readonly WorkProgress[]> {
  const all = await readWorks(gateway);
  const meant = all.filter(({ id, state }) => (work === undefined ? state !== 'finished' : id === work));
  const now: WorkProgress[] = [];
  for (const { id } of meant) {
    const progress = await change(gateway, id);
    if (progress !== undefined) now.push(progress);
  }
  return now;
}
