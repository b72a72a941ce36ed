import { inspect } from 'node:util';
import type { JobReport, JobSample } from '../../operator/job.js';
import { runJob } from '../../operator/job-run.js';
import type { Schema } from '../../schema/schema.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/job.js';
import { SAMPLE } from '../commands/job.js';
import { SchemaFileError, UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { fileNamed } from '../loading/file-named.js';
import { loadJob } from '../loading/job-file.js';
import { count, counted } from '../terminal/duration.js';
import { oneLine } from '../terminal/one-line.js';
import { rowKeyText } from './row-key.js';
import { ended, operatorOptions } from './step.js';
import { lines } from './text.js';

export const jobRun: ActionOf<typeof spec.jobRun> = async (context, values, [file = '']) => {
  const { 'on-error': onError, again, sample = SAMPLE, job: name } = values;
  if (values.sample !== undefined && values['dry-run'] !== true) {
    throw new UsageError('--sample is a part of --dry-run: give both, or neither to have every item done.');
  }
  const schema = await wholeSchema(context);
  const job = await loadJob(fileNamed(context.folder, file), name);
  const report = await runJob({
    ...(await operatorOptions(context, values)),
    schema,
    job,
    onProgress: context.reporter.progress,
    ...(values['dry-run'] === true ? { dryRun: { sample } } : {}),
    ...(onError === undefined ? {} : { onError }),
    ...(again === undefined ? {} : { again }),
  });
  const { sample: called } = report;
  if (called === undefined) {
    const text = lines(
      jobText(report),
      report.endedBefore ? ENDED_BEFORE : undefined,
      report.elsewhere ? ELSEWHERE : undefined,
    );
    return { text, json: report, ...ended(context, report, undefined) };
  }
  const { endedBefore } = report;
  return {
    text: lines(sampleText(report, called), endedBefore ? HAS_ENDED : undefined),
    json: report,
    ...sampleEnd(report, called, endedBefore ? `${context.realCommand} --again` : context.realCommand),
  };
};

const ENDED_BEFORE = 'It had ended before, and did nothing now: --again begins it anew.';
const ELSEWHERE = 'Others ended the job and began it anew meanwhile: these are the items of this process alone.';
const TIME_WAS_OVER = 'The time limit came before the end.';
const HAS_ENDED = 'It has ended before: without --again it would do nothing.';

async function wholeSchema(context: Context): Promise<Schema> {
  const schema = await context.schema();
  if ('classes' in schema) return schema as Schema;
  throw new SchemaFileError('A job needs the schema with its classes: name the file that calls defineSchema.');
}

function jobText(report: JobReport): string {
  const { items, changed, deleted, skipped, firstSkipped, killed, finished } = report;
  return lines(
    `${counted(items, 'item')} done: ${count(changed)} changed, ${count(deleted)} deleted, ${count(skipped)} skipped.`,
    ...firstSkipped.map((key) => `  skipped: ${rowKeyText(key)}`),
    killed ? KILLED : '',
    finished ? '' : TIME_WAS_OVER,
  );
}

const KILLED = 'A worker was killed: what it changed after its last checkpoint is counted as it was found then.';

/** A dry run that the time limit ended is not the way to the command without it: the sample says less than was asked. */
function sampleEnd({ finished }: JobReport, sample: readonly JobSample[], next: string): Partial<Outcome> {
  if (sample.some(({ outcome }) => outcome === 'failed')) return { exit: exitCode.refused };
  return finished ? { next } : { exit: exitCode.unfinished };
}

function sampleText({ finished }: JobReport, sample: readonly JobSample[]): string {
  return lines(
    `A sample of ${counted(sample.length, 'item')}; nothing was written.`,
    finished ? '' : TIME_WAS_OVER,
    ...sample.flatMap(({ key, outcome, fields, error }) => [
      `  ${rowKeyText(key)}: ${outcome}`,
      ...fields.map(({ field, before, after }) => `    ${field}: ${inspect(before)} → ${inspect(after)}`),
      ...(error === undefined ? [] : [`    ${oneLine(error instanceof Error ? error.message : inspect(error))}`]),
    ]),
  );
}
