import { type NextStep, nextSteps } from '../../operator/next-steps.js';
import type { Knowledge } from '../../registry/knowledge.js';
import type { Context, Outcome } from '../command.js';
import { quoted } from '../command-line.js';

type Next = Pick<Outcome, 'next' | 'caution'>;

/** What comes next by what the registry says; nothing where nothing waits, or a person has to do something first. */
export const nextIn = (context: Context, knowledge: Knowledge): Next => nextOf(context, nextSteps(knowledge));

/** The command line of the first of these steps that a command can take, with what to know before it is run. */
export function nextOf(context: Context, steps: readonly NextStep[]): Next {
  // Where a job is written, the table does not know.
  const next = steps.find(({ byHand, step }) => byHand !== true && step !== 'runJob');
  if (next === undefined) return {};
  const caution = CAUTIONS[next.orphans === undefined ? next.step : 'orphans'];
  return { next: context.commandLine(wordsOf(next)), ...(caution === undefined ? {} : { caution }) };
}

/** What to know before a step is taken. */
export const CAUTIONS: Readonly<Partial<Record<NextStep['step'] | 'orphans', string>>> = {
  orphans: 'each row may be the last copy of an item: inspect them first',
  mendRestored: 'end all applications first',
};

/** Where the command has another name than the function. */
const WORDS: Readonly<Partial<Record<NextStep['step'], string>>> = {
  backfill: 'backfill run',
  resume: 'backfill resume',
  cancel: 'backfill cancel',
  mendRestored: 'doctor --restored',
  runJob: 'job run FILE',
};

/** What to type for a step of ductile/operator. */
export const wordsOf = ({ step, version, all, repair, orphans, work }: NextStep): string =>
  [
    WORDS[step] ?? step,
    ...(version === undefined ? [] : [version]),
    ...(work === undefined ? [] : ['--work', quoted(work)]),
    ...(all === true ? ['--all'] : []),
    ...(repair === true ? ['--repair'] : []),
    ...(orphans === undefined ? [] : ['--delete-orphans']),
  ].join(' ');
