import type { InUseOptions } from '../../operator/census.js';
import type { SweepReport } from '../../operator/sweep.js';
import {
  type AssertPublished,
  type OperatorOptions,
  openSession,
  type PlaceOptions,
  type Session,
} from '../../operator/session.js';
import type { Context, Outcome } from '../command.js';
import type { inUseOptions, workOptions } from '../common-options.js';
import { exitCode } from '../exit-code.js';
import type { ValuesOf } from '../option.js';

/** Options of the command line as those of an operator function: seconds become milliseconds. */
export async function operatorOptions(
  context: Context,
  values: ValuesOf<Partial<typeof workOptions>>,
): Promise<OperatorOptions> {
  const { drain, 'max-wcu': maxWcu, 'max-rcu': maxRcu, 'time-limit': timeLimit, concurrency, segments } = values;
  const { signal, reporter } = context;
  const place = await context.place();
  const schema = await context.namedSchema();
  return {
    ...place,
    signal,
    onProgress: reporter.progress,
    ...given({
      schema,
      maxWcu,
      maxRcu,
      concurrency,
      segments,
      drain: milliseconds(drain),
      timeLimit: milliseconds(timeLimit),
    }),
  };
}

/** The options of a function that needs no sources: none are loaded for it. */
export const placeOptions = async (context: Context): Promise<PlaceOptions> => ({
  ...(await context.place()),
  signal: context.signal,
});

/** Reads the table as an operator function would, for what would be done. */
export async function look(context: Context, assertPublished?: AssertPublished): Promise<Session> {
  const place = await context.place();
  const schema = await context.namedSchema();
  return openSession({ ...place, ...given({ schema }) }, assertPublished);
}

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

/** Without what is undefined: what was not said is left to the function. */
export const given = <T extends object>(options: T): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

/** How a command ends that a time limit may have ended first, or that went on past rows which somebody has to mend. */
export function ended(
  context: Context,
  { finished, passedOver }: Pick<SweepReport, 'finished'> & Partial<Pick<SweepReport, 'passedOver'>>,
  next: string | undefined,
): Pick<Outcome, 'exit' | 'next'> {
  if (finished) return { next };
  const isStuck = passedOver !== undefined && passedOver.count > 0;
  if (!isStuck) return { exit: exitCode.unfinished, next: context.sameCommand };
  // The same command comes to the same, until somebody has mended the rows.
  return { exit: exitCode.refused };
}

/** When a version counts as out of use, as operator functions take it. */
export const inUse = ({ 'unseen-for': unseenFor, force }: ValuesOf<typeof inUseOptions>): InUseOptions =>
  given({ unseenFor: milliseconds(unseenFor), force });
