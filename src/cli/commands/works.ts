import { spec } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';
import { type Option, text, written } from '../option.js';

const workOption = { work: text('ID', 'only the pass with this id; else all that are not finished') } as const;

const about =
  'It reaches every worker, on whatever machine, within some seconds. A command that still waits for its drain has begun ' +
  'no pass yet: Ctrl-C ends it.';

/** A limit, or that there is none. */
const limitOption = (kind: string): Option<number | null> =>
  written('UNITS|none', `${kind} units a second that all workers may consume together`, {
    means: 'is a number from 1 on, or none',
    parse(units) {
      if (units === 'none') return null;
      const value = Number(units);
      return Number.isFinite(value) && value >= 1 ? value : undefined;
    },
  });

export const backfillPause = spec({
  name: 'backfill pause',
  summary: 'Have the workers of what sweeps the table stop between two items, and wait',
  about,
  options: { ...tableOptions, ...workOption, ...dryRun },
});

export const backfillResume = spec({
  name: 'backfill resume',
  summary: 'Have the workers of what was paused go on',
  about,
  options: { ...tableOptions, ...workOption, ...dryRun },
});

export const backfillLimit = spec({
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
});

export const backfillCancel = spec({
  name: 'backfill cancel',
  summary: 'Take passes from the table that nobody works on',
  about:
    'What they did to items stays. How far they had come is forgotten: what they were for begins anew where it is still to ' +
    'be done. A worker that was killed counts as one for 15 seconds more.',
  options: {
    ...tableOptions,
    work: text('ID', 'only the pass with this id; else all that nobody works on'),
    ...dryRun,
  },
});
