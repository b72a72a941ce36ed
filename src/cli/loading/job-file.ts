import { existsSync } from 'node:fs';
import type { DataJob } from '../../operator/job.js';
import { UsageError } from '../errors.js';
import { loadFile } from './load-file.js';
import { reasonOf } from './reason.js';

type Job = DataJob<object> | (new () => DataJob<object>);

/**
 * The job that a file exports: the export of that name, else the default one, else the only one.
 *
 * @throws UsageError where the file cannot be loaded, or has no job, or several
 */
export async function loadJob(file: string, name: string | undefined): Promise<Job> {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`, { file });
  const exported = await loadFile(file).catch((cause: unknown) => {
    throw new UsageError(`The job ${file} cannot be loaded: ${reasonOf(cause)}`, { file }, { cause });
  });
  const jobs = new Map(Object.entries(exported).filter((entry): entry is [string, Job] => isJob(entry[1])));
  const names = [...jobs.keys()];
  const job = jobs.get(name ?? (jobs.has('default') ? 'default' : (names[0] ?? '')));
  const isOne = name !== undefined || jobs.has('default') || new Set(jobs.values()).size === 1;
  if (job !== undefined && isOne) return job;
  if (job !== undefined) throw new UsageError(`${file} exports several jobs: say which with --job ${names.join('|')}.`);
  const what = name === undefined ? 'no job' : `no job '${name}'`;
  throw new UsageError(`${file} exports ${what}: a class or an object with name, type and each(item).`, { file });
}

function isJob(value: unknown): value is Job {
  if (typeof value === 'function') return hasEach(value.prototype);
  return hasEach(value) && 'name' in value && 'type' in value;
}

const hasEach = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && typeof (value as Partial<DataJob<object>>).each === 'function';
