import { PLANNED_STEPS, type PlannedStep } from '../../operator/options.js';
import type { Plan, PlanChoice, Prices } from '../../operator/plan-figures.js';
import { plan, planIn } from '../../operator/plan.js';
import type { Session } from '../../operator/session.js';
import type { ActionOf, Context } from '../command.js';
import type * as spec from '../commands/plan.js';
import type { limitOptions } from '../common-options.js';
import { UsageError } from '../errors.js';
import type { ValuesOf } from '../option.js';
import { count, counted, duration } from '../terminal/duration.js';
import { size } from '../terminal/size.js';
import { given, placeOptions } from './step.js';
import { lines, passedOverText, warningText } from './text.js';

export const planCommand: ActionOf<typeof spec.planCommand> = async (context, values, [named = 'backfill']) => {
  const step = PLANNED_STEPS.find((each) => each === named);
  if (step === undefined)
    throw new UsageError(`STEP is one of ${PLANNED_STEPS.join(', ')}; '${named}' is not.`, { step: named });
  const { 'max-wcu': maxWcu, 'max-rcu': maxRcu } = values;
  const prices = pricesOf(values);
  const planned = await plan({ ...(await placeOptions(context)), ...given({ maxWcu, maxRcu, prices }), step });
  const next = planned.behind > 0 ? commandOf(context, step, values) : undefined;
  return { text: planText(planned), json: planned, next };
};

/** With the limits that were planned with. Retire and drop are of a version, which whoever types the command knows. */
function commandOf(context: Context, step: PlannedStep, limits: ValuesOf<typeof limitOptions>): string | undefined {
  if (step !== 'backfill') return undefined;
  const names = ['max-wcu', 'max-rcu'] as const;
  const within = names.flatMap((name) => (limits[name] === undefined ? [] : [`--${name}`, String(limits[name])]));
  return context.commandLine('backfill run', ...within);
}

function pricesOf({
  'price-writes': perMillionWrites,
  'price-reads': perMillionReads,
}: ValuesOf<typeof spec.priceOptions>): Prices | undefined {
  if (perMillionWrites === undefined && perMillionReads === undefined) return undefined;
  if (perMillionWrites === undefined || perMillionReads === undefined) {
    throw new UsageError('What it costs takes both prices: give --price-writes and --price-reads.');
  }
  return { perMillionWrites, perMillionReads };
}

/** What a dry run says besides. */
export async function planned(
  session: Session,
  step: PlannedStep,
  { 'max-wcu': maxWcu, 'max-rcu': maxRcu, all }: ValuesOf<typeof limitOptions> & Pick<PlanChoice, 'all'>,
): Promise<{ readonly plan: Plan; readonly text: string }> {
  const found = await planIn(session, { step, ...given({ maxWcu, maxRcu, all }) });
  return { plan: found, text: planText(found) };
}

const MONEY = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function planText({ warnings = [], ...plan }: Plan): string {
  const { items, rows, bytes, behind, readUnits, writeUnits, cost, duration: time, sampled, passedOver } = plan;
  return lines(
    `About ${counted(items, 'item')} in ${counted(rows, 'row')}, ${size(bytes)}; ${count(behind)} of them to write.`,
    `About ${count(writeUnits)} write units and ${count(readUnits)} read units${cost === undefined ? '' : `: ${MONEY.format(cost)} at these prices`}.`,
    time === undefined ? undefined : `At least ${duration(time)} within these limits, and the drain.`,
    `By a sample of ${counted(sampled, 'row')}.`,
    passedOverText(passedOver, 'It would pass over'),
    ...warnings.map(warningText),
  );
}
