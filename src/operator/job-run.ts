import { CensusTaker, type ReleaseName } from '../registry/census.js';
import { openStoreOver } from '../store/open-store.js';
import { StoreOptionError } from '../store/errors.js';
import { type Board, isFinished, readBoards } from '../work/board.js';
import { runWork } from '../work/run-work.js';
import type { WorkPlan, WorkProgress } from '../work/work.js';
import { assertAbout, endRun } from '../work/works.js';
import { JobItems } from './job-items.js';
import { jobId } from './job-name.js';
import { readOnly, sampleOf } from './job-sample.js';
import { added, type Done, nothingDone, SegmentJob, totalOf } from './job-segment.js';
import type { DataJob, JobOptions, JobReport } from './job.js';
import { assertOperatorOptions, jobRules } from './options.js';
import { REPORT_EVERY } from './progress.js';
import { cutOf } from './segments.js';
import { openSession, type Session } from './session.js';

/** What a job is run with in a session that is open. */
type RunOptions<T extends object> = Omit<JobOptions<T>, 'table' | 'client' | 'keys' | 'job'> & {
  readonly job: DataJob<T>;
};

/**
 * Calls a job for every item of a type. Any number of processes that run the job of one name share it; what was stopped
 * goes on from its checkpoints when it is run again, and what has ended reports, and is begun anew only with `again`. Who
 * works on a job that others end and begin anew takes no part in the new run.
 * Items that are created meanwhile may be met, or not. Nothing that reads an item waits for the job.
 *
 * Writes as the version of `schema` does, and so announces it as in use, unless the job says `onlyReads`. Costs a Query, and a Scan of the table; for each
 * item that the job changes or deletes what a `save` or `delete` costs, and a GetItem more each time that another writer was
 * faster; and what the job itself asks of the store.
 *
 * @example
 * await runJob({ schema: shop, table: 'shop', client, job: SplitNames, dryRun: { sample: 20 } });
 * await runJob({ schema: shop, table: 'shop', client, job: SplitNames, maxWcu: 200 });
 *
 * @throws StoreOptionError where an option is unknown or not what it takes; UnknownItemTypeError
 * @throws WorkTakenError where a job of that name is recorded for another item type: nothing was done, in a dry run either
 * @throws JobFailedError where the job, or the write of what it changed, failed for an item: `cause` is the error. Not with
 * `onError: 'skip'`
 * @throws NotPublishedError, PastChangedError, VersionRetiredError where the table does not let the schema write
 */
export async function runJob<T extends object>(options: JobOptions<T>): Promise<JobReport> {
  assertOperatorOptions('runJob', options, jobRules);
  const { job: given, schema } = options;
  const job = typeof given === 'function' ? new given() : given;
  assertJob(job);
  schema.typeOf(job.type);
  return runJobIn(await openSession(options), { ...options, job });
}

/** `runJob`, in a session that is open. */
export async function runJobIn<T extends object>(session: Session, options: RunOptions<T>): Promise<JobReport> {
  const { job, dryRun, again, schema, signal = new AbortController().signal } = options;
  const recorded = await recordedOf(session, options);
  signal.throwIfAborted();
  const writes = dryRun === undefined && job.onlyReads !== true;
  const gateway = writes ? session.gateway : readOnly(session.gateway, job.name, dryRun !== undefined);
  // It writes as an application does, and counts as one.
  const census = writes ? new CensusTaker(gateway, releaseOf(job, schema)) : undefined;
  const store = await openStoreOver(gateway, { schema }, census === undefined ? {} : { census });
  signal.throwIfAborted();
  await census?.begin();
  const items = new JobItems(gateway, job, { store, signal, dryRun: dryRun !== undefined });
  try {
    const hasEnded = recorded !== undefined && isFinished(recorded);
    if (dryRun !== undefined) {
      const report = await sampleOf(gateway, items, { ...options, ...dryRun, signal });
      return { ...report, endedBefore: hasEnded && again !== true };
    }
    if (again === true && hasEnded) await endRun(gateway, recorded);
    return await workThrough(session, items, options);
  } finally {
    await store.close();
  }
}

/**
 * What is recorded of the job in this registry; undefined where nothing is. Costs a Query.
 *
 * @throws WorkTakenError where it is recorded for another type, and this call does not begin it anew
 */
async function recordedOf<T extends object>(
  { gateway, registry }: Session,
  { job, schema, again }: RunOptions<T>,
): Promise<Board | undefined> {
  const [board] = await readBoards(gateway, jobId(job.name));
  if (board === undefined || board.head.content.registry !== registry.knowledge.shortId) return undefined;
  if (again !== true || !isFinished(board)) assertAbout(gateway.table, board, schema.typeOf(job.type).storageName);
  return board;
}

const releaseOf = <T extends object>({ name }: DataJob<T>, { version }: RunOptions<T>['schema']): ReleaseName => ({
  version,
  build: `job ${name}`,
});

async function workThrough<T extends object>(
  session: Session,
  items: JobItems<T>,
  options: RunOptions<T>,
): Promise<JobReport> {
  const { gateway, registry } = session;
  const { job, onProgress, onError = 'stop' } = options;
  let mine = nothingDone;
  let work: WorkProgress | undefined;
  const tell = (): void =>
    onProgress?.({
      step: 'job',
      job: job.name,
      items: mine.items,
      changed: mine.changed,
      ...(work === undefined ? {} : { work }),
    });
  const did = (one: Done): void => {
    mine = added(mine, one);
    if (mine.items % REPORT_EVERY === 0) tell();
  };
  const plan: WorkPlan<Done> = {
    id: jobId(job.name),
    kind: 'job',
    about: items.storedAs,
    ...cutOf(session, options),
    checkpoint: 'page',
    open: (_, sofar) => new SegmentJob(job, items, onError, sofar, did),
  };
  const { results, finished, endedBefore, elsewhere, killed } = await runWork(
    gateway,
    registry.knowledge.shortId,
    plan,
    {
      ...options,
      onProgress: (progress) => {
        work = progress;
        tell();
      },
    },
  );
  // What all workers came to is gone with the run that others began anew.
  const { items: done, changed, deleted, skipped } = mine;
  const own = { items: done, changed, deleted, skipped };
  return { ...(elsewhere ? mine : totalOf(results)), own, killed, finished, endedBefore, elsewhere };
}

function assertJob(job: Partial<DataJob<object>>): void {
  if (typeof job.name !== 'string' || !/^[\w.-]{1,100}$/.test(job.name)) {
    throw new StoreOptionError('runJob', 'job', "has a name of letters, digits, '.', '_' and '-', at most 100 of them");
  }
  if (job.onlyReads !== undefined && typeof job.onlyReads !== 'boolean') {
    throw new StoreOptionError('runJob', 'job', `${job.name} has onlyReads: true or false, or leaves it out`);
  }
  if (typeof job.type !== 'function' || typeof job.each !== 'function') {
    throw new StoreOptionError(
      'runJob',
      'job',
      `${job.name} has the class of an item type as type, and a function each`,
    );
  }
}
