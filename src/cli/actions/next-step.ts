import { type NextStep, nextSteps } from '../../operator/status.js';
import type { Knowledge } from '../../registry/knowledge.js';
import type { Context } from '../command.js';

/** The command line of what comes next by what the registry says; undefined where nothing waits. */
export function nextLine(context: Context, knowledge: Knowledge): string | undefined {
  const [next] = nextSteps(knowledge);
  return next && context.commandLine(wordsOf(next));
}

/** Where the command has another name than the function. */
const WORDS: Readonly<Partial<Record<NextStep['step'], string>>> = {
  backfill: 'backfill run',
  resume: 'backfill resume',
  mendRestored: 'doctor --restored',
  // Where the job is written, the table does not know.
  runJob: 'job run FILE',
};

/** What to type for a step of ductile/operator. */
export const wordsOf = ({ step, version, repair }: NextStep): string =>
  [WORDS[step] ?? step, ...(version === undefined ? [] : [version]), ...(repair === true ? ['--repair'] : [])].join(
    ' ',
  );
