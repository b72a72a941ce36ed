import type { SegmentTask } from '../work/work.js';
import { JobFailedError } from './errors.js';
import { ItemError, type JobItems } from './job-items.js';
import type { DataJob, JobOptions, JobReport } from './job.js';

/** So many keys of items that were passed over are kept. */
const FIRST_KEYS = 10;

/** What is kept of a segment. */
export type Done = Omit<JobReport, 'finished' | 'endedBefore' | 'elsewhere' | 'killed' | 'own' | 'sample'>;

export const nothingDone: Done = Object.freeze({ items: 0, changed: 0, deleted: 0, skipped: 0, firstSkipped: [] });

/** What the segments of a job have come to together. */
export function totalOf(segments: readonly (Done | undefined)[]): Done {
  return segments.reduce<Done>((sum, each) => (each === undefined ? sum : added(sum, each)), nothingDone);
}

/** What two have come to together. */
export function added(a: Done, b: Done): Done {
  return {
    items: a.items + b.items,
    changed: a.changed + b.changed,
    deleted: a.deleted + b.deleted,
    skipped: a.skipped + b.skipped,
    firstSkipped: [...a.firstSkipped, ...b.firstSkipped].slice(0, FIRST_KEYS),
  };
}

/** One segment of a job. */
export class SegmentJob<T extends object> implements SegmentTask<Done> {
  #done: Done;

  constructor(
    private readonly job: DataJob<T>,
    private readonly items: JobItems<T>,
    private readonly onError: NonNullable<JobOptions<T>['onError']>,
    sofar: Done | undefined,
    private readonly did: (one: Done) => void,
  ) {
    this.#done = sofar ?? nothingDone;
  }

  row(...[row, key]: Parameters<SegmentTask<Done>['row']>): Promise<void> | undefined {
    return this.items.has(row) ? this.#bring(row, key) : undefined;
  }

  result(): Done {
    return this.#done;
  }

  async #bring(...[row, key]: Parameters<JobItems<T>['bring']>): Promise<void> {
    try {
      const kind = await this.items.bring(row, key);
      if (kind === 'gone') return;
      this.#count({ changed: kind === 'changed' ? 1 : 0, deleted: kind === 'deleted' ? 1 : 0 });
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      if (this.onError === 'stop') throw new JobFailedError(this.job.name, this.items.typeName, key, error.cause);
      this.#count({ skipped: 1, firstSkipped: [key] });
    }
  }

  #count(one: Partial<Done>): void {
    const counted = { ...nothingDone, items: 1, ...one };
    this.#done = added(this.#done, counted);
    this.did(counted);
  }
}
