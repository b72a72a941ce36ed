import { limit, pause, resume, type WorkOptions, works } from '../../operator/works.js';
import type { WorkProgress } from '../../work/work.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';
import { UsageError } from '../errors.js';
import { type Option, text } from '../option.js';
import { count, counted } from '../terminal/duration.js';
import { operatorOptions } from './step.js';

const workOption = { work: text('ID', 'only the pass with this id; else all that are not finished') } as const;

const about = 'It reaches every worker, on whatever machine, within some seconds.';

export const backfillPause = command({
  name: 'backfill pause',
  summary: 'Have the workers of what sweeps the table stop at their next checkpoint, and wait',
  about,
  options: { ...tableOptions, ...workOption, ...dryRun },
  run: (context, values) => changed(context, values, pause, 'backfill resume'),
});

export const backfillResume = command({
  name: 'backfill resume',
  summary: 'Have the workers of what was paused go on',
  about,
  options: { ...tableOptions, ...workOption, ...dryRun },
  run: (context, values) => changed(context, values, resume, undefined),
});

/** A limit, or that there is none. */
const limitOption = (units: string): Option<number | null> => ({
  takes: 'UNITS|none',
  help: `${units} units a second that all workers may consume together`,
  read(given, name) {
    const value = given === 'none' ? null : Number(given);
    if (value === null || (Number.isFinite(value) && value > 0)) return value;
    throw new UsageError(`--${name} is a number above 0, or none; ${JSON.stringify(given)} is not.`, { option: name });
  },
});

export const backfillLimit = command({
  name: 'backfill limit',
  summary: 'Change how much the workers of what sweeps the table may consume',
  about,
  options: {
    ...tableOptions,
    ...workOption,
    'max-wcu': limitOption('write'),
    'max-rcu': limitOption('read'),
    ...dryRun,
  },
  async run(context, values) {
    const { 'max-wcu': maxWcu, 'max-rcu': maxRcu } = values;
    if (maxWcu === undefined && maxRcu === undefined) throw new UsageError('Give --max-wcu, --max-rcu or both.');
    const limits = { ...(maxWcu === undefined ? {} : { maxWcu }), ...(maxRcu === undefined ? {} : { maxRcu }) };
    return changed(context, values, (options) => limit({ ...options, ...limits }), undefined);
  },
});

type Change = (options: WorkOptions) => Promise<readonly WorkProgress[]>;

async function changed(
  context: Context,
  { work, 'dry-run': dry }: { readonly work?: string; readonly 'dry-run'?: true },
  change: Change,
  next: string | undefined,
): Promise<Outcome> {
  const options = { ...(await operatorOptions(context, {})), ...(work === undefined ? {} : { work }) };
  const all = dry === true ? await worksOf(options) : await change(options);
  const shown = all.length === 0 ? 'No pass over the table is under way.' : all.map(workText).join('\n');
  return {
    text: dry === true && all.length > 0 ? `Would change:\n${shown}` : shown,
    json: { ...(dry === true ? { dryRun: true } : {}), works: all },
    next: next !== undefined && dry !== true && all.length > 0 ? context.commandLine(next) : undefined,
  };
}

async function worksOf({ work, ...options }: WorkOptions): Promise<readonly WorkProgress[]> {
  return (await works(options)).filter(({ id, state }) => (work === undefined ? state !== 'finished' : id === work));
}

/** How a pass stands, in one line. */
export function workText({ id, state, segments, rows, consumed, maxWcu, maxRcu }: WorkProgress): string {
  const limits = [
    ...(maxWcu === undefined ? [] : [`at most ${count(maxWcu)} WCU/s`]),
    ...(maxRcu === undefined ? [] : [`at most ${count(maxRcu)} RCU/s`]),
  ];
  return [
    `${id}: ${state}`,
    `${segments.finished}/${segments.all} segments`,
    `${counted(segments.leased, 'worker')} at it`,
    counted(rows, 'row'),
    `${count(consumed.write)} WCU and ${count(consumed.read)} RCU consumed`,
    ...limits,
  ].join(', ');
}
