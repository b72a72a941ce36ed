import { cancel, cancellable } from '../../operator/cancel.js';
import { limit, meantBy, pause, resume, type WorkOptions, works } from '../../operator/works.js';
import type { WorkProgress } from '../../work/work.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/works.js';
import { quoted } from '../command-line.js';
import { UsageError } from '../errors.js';
import { count, counted } from '../terminal/duration.js';
import { workersOf } from '../terminal/pass-meter.js';
import { given, placeOptions } from './step.js';

export const backfillPause: ActionOf<typeof spec.backfillPause> = (context, values) =>
  changed(context, values, { change: pause, to: { state: 'paused' } });

export const backfillResume: ActionOf<typeof spec.backfillResume> = (context, values) =>
  changed(context, values, { change: resume, to: { state: 'running' } });

export const backfillLimit: ActionOf<typeof spec.backfillLimit> = async (context, values) => {
  const { 'max-wcu': maxWcu, 'max-rcu': maxRcu } = values;
  if (maxWcu === undefined && maxRcu === undefined) throw new UsageError('Give --max-wcu, --max-rcu or both.');
  const limits = given({ maxWcu, maxRcu });
  const to = Object.fromEntries(Object.entries(limits).map(([name, units]) => [name, units ?? undefined]));
  return changed(context, values, { change: (options) => limit({ ...options, ...limits }), to });
};

export const backfillCancel: ActionOf<typeof spec.backfillCancel> = async (context, { work, 'dry-run': dry }) => {
  const options = { ...(await placeOptions(context)), ...given({ work }) };
  const gone = dry === true ? cancellable(options, await works(options)) : await cancel(options);
  const json = { ...dryRunOf(dry), works: gone };
  if (gone.length === 0) return { text: 'There is no pass that nobody works on.', json };
  const shown = gone.map((each) => `  ${workText(each)}`).join('\n');
  return {
    text: `${dry === true ? 'Would cancel' : 'Cancelled'}:\n${shown}`,
    json,
    next: dry === true ? context.realCommand : undefined,
  };
};

/** How passes are changed. */
interface Change {
  readonly change: (options: WorkOptions) => Promise<readonly WorkProgress[]>;
  /** What is other of each then. */
  readonly to: { readonly [Name in keyof WorkProgress]?: WorkProgress[Name] | undefined };
}

async function changed(
  context: Context,
  { work, 'dry-run': dry }: { readonly work?: string; readonly 'dry-run'?: true },
  { change, to }: Change,
): Promise<Outcome> {
  const options = { ...(await placeOptions(context)), ...given({ work }) };
  const all = dry === true ? await wouldBe(options, to) : await change(options);
  if (all.length === 0) return { text: 'No pass over the table is under way.', json: { ...dryRunOf(dry), works: [] } };
  const shown = all.map(workText).join('\n');
  return {
    text: dry === true ? `Would change to:\n${shown}` : shown,
    json: { ...dryRunOf(dry), works: all },
    next: dry === true ? context.realCommand : resumeLine(context, all, work),
  };
}

/** How those go on that are paused. */
function resumeLine(context: Context, all: readonly WorkProgress[], work: string | undefined): string | undefined {
  if (!all.some(({ state }) => state === 'paused')) return undefined;
  return context.commandLine('backfill resume', ...(work === undefined ? [] : ['--work', quoted(work)]));
}

const dryRunOf = (dry: true | undefined): { readonly dryRun?: true } => (dry === true ? { dryRun: true } : {});

/** Those that are meant, as they would stand. */
async function wouldBe({ work, ...options }: WorkOptions, to: Change['to']): Promise<readonly WorkProgress[]> {
  return meantBy(work, await works(options), options.table).map((each) => ({ ...each, ...to }) as WorkProgress);
}

/** How a pass stands, in one line. */
export function workText({
  id,
  state,
  segments,
  idle,
  rows,
  passedOver,
  consumed,
  maxWcu,
  maxRcu,
}: WorkProgress): string {
  const limits = [
    ...(maxWcu === undefined ? [] : [`at most ${count(maxWcu)} WCU/s`]),
    ...(maxRcu === undefined ? [] : [`at most ${count(maxRcu)} RCU/s`]),
  ];
  return [
    `${id}: ${state}`,
    `${segments.finished}/${segments.all} segments`,
    workersOf({ segments, ...(idle === undefined ? {} : { idle }) }),
    counted(rows, 'row'),
    ...(passedOver === undefined ? [] : [`${count(passedOver)} of them passed over`]),
    `${count(consumed.write)} WCU and ${count(consumed.read)} RCU consumed`,
    ...limits,
  ].join(', ');
}
