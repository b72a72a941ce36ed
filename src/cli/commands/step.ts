import { type OperatorOptions, openSession, type Session } from '../../operator/session.js';
import type { AssertPublished } from '../../operator/session.js';
import type { Context } from '../command.js';
import type { workOptions } from '../common-options.js';
import type { ValuesOf } from '../option.js';

/** Options of the command line as those of an operator function: seconds become milliseconds. */
export async function operatorOptions(
  context: Context,
  values: ValuesOf<Partial<typeof workOptions>>,
): Promise<OperatorOptions> {
  const { drain } = values;
  return {
    ...(await context.place()),
    schema: await context.schema(),
    signal: context.signal,
    onProgress: context.reporter.progress,
    ...(drain === undefined ? {} : { drain: drain * 1000 }),
  };
}

/** Reads the table as an operator function would, for what would be done. */
export async function look(context: Context, assertPublished?: AssertPublished): Promise<Session> {
  return openSession({ ...(await context.place()), schema: await context.schema() }, assertPublished);
}
