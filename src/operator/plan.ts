import { pendingWarnings } from '../registry/pending-warnings.js';
import type { WorkProgress } from '../work/work.js';
import { readWorks } from '../work/works.js';
import { aheadOf } from './ahead.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { type Plan, type PlanChoice, planFor } from './plan-figures.js';
import { type Sample, sampleOf } from './plan-sample.js';
import { openReadingSession, type OperatorOptions, type PlaceOptions, type Session } from './session.js';

/** `maxWcu` and `maxRcu` are the limits that the step would have. */
export interface PlanOptions extends PlaceOptions, Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>, PlanChoice {}

/**
 * The planner: what a step will come to that passes over the table and begins now. It counts on what DescribeTable says of
 * the table, which is up to six hours old, and on a sample of its rows. As far as the table has grown or shrunk since,
 * the figures are off; and further where rows of one partition key are most of the table and unlike all others. Nothing is
 * written.
 *
 * Costs a DescribeTable, a Query of the registry and one of the passes, 64 Scan requests of at most 32 rows each (on a loopback
 * endpoint 8 of 256), and one of one row.
 *
 * @example
 * await plan({ table: 'shop', client, maxWcu: 1_000, prices: { perMillionWrites: 0.625, perMillionReads: 0.125 } });
 * // { step: 'backfill', items: 1_200_000, behind: 1_150_000, writeUnits: 4_600_000, cost: 2.9, duration: 4_600_000, … }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError where no version is published
 * @throws WithdrawRefusedError for a withdraw, where the newest version cannot be withdrawn
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  assertOperatorOptions('plan', options, {
    step: choiceRules.step,
    prices: choiceRules.prices,
    all: choiceRules.all,
  });
  return planIn(await openReadingSession(options), options);
}

/** `plan`, in a session that is open. */
export async function planIn(
  session: Session,
  options: PlanChoice & Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>,
): Promise<Plan> {
  const { gateway, registry, size } = session;
  const step = options.step ?? 'backfill';
  const ahead = aheadOf(registry.knowledge, step, options.all);
  const sample = await sampleOf(session, ahead);
  const begun = ahead.pass === undefined ? undefined : (await readWorks(gateway)).find(({ id }) => id === ahead.pass);
  const passes = { left: ahead.passes, ...begunOf(begun) };
  const planned = planFor(size ?? { rows: sample.rows, bytes: sample.bytes }, { ...sample, passes }, options);
  const warnings = pendingWarnings(session.registry.knowledge);
  return warnings.length === 0 ? planned : { ...planned, warnings };
}

/** How a pass stands that is to go on; nothing of one that is begun anew. */
function begunOf(work: WorkProgress | undefined): Pick<NonNullable<Sample['passes']>, 'begun'> {
  if (work?.forecast === undefined || work.state === 'finished') return {};
  return { begun: { met: work.rows, table: work.forecast.table } };
}
