import type { EntityClass } from '../decorators/declared.js';
import type { Schema } from '../schema/schema.js';
import type { FieldChange } from '../store/changed-fields.js';
import type { Store } from '../store/store.js';
import type { RowKey } from '../values/attribute-value.js';
import type { WorkProgress } from '../work/work.js';
import type { OperatorOptions } from './session.js';

/**
 * What no migration can say, done to every item of a type: it asks another service, or splits by rules of the business.
 *
 * @example
 * class SplitNames implements DataJob<Customer> {
 *   readonly name = 'split-names';
 *   readonly type = Customer;
 *   async each(customer: Customer): Promise<void> {
 *     [customer.firstName, customer.lastName] = await split(customer.name);
 *   }
 * }
 */
export interface DataJob<T extends object> {
  /** Names the job among the table's works: letters, digits, `.`, `_` and `-`, at most 100. */
  readonly name: string;
  /** The item type. */
  readonly type: EntityClass<T>;
  /**
   * True for a job that writes nothing, such as an export: its writes are refused, and it does not count as a process that
   * is in use, so that a `retire` of its version goes on.
   */
  readonly onlyReads?: boolean;
  /**
   * Called at least once for each item that was there when the job began, with the item as it was just read: changes it
   * in place. What it changed is saved under the optimistic lock; where another writer was faster, it is called again
   * with the item as that one left it. So it must do no harm to be called again for an item that is done.
   *
   * Returns `'delete'` to have the item deleted.
   */
  each(item: T, context: JobContext): JobVerdict | Promise<JobVerdict>;
}

export type JobVerdict = void | 'delete';

/** What a job is given beside the item. */
export interface JobContext {
  /** For other items. Its writes are not undone where `each` fails later, and are refused in a dry run. */
  readonly store: Store;
  /** 1, and one more each time that another writer was faster. */
  readonly attempt: number;
  readonly dryRun: boolean;
  /** Aborted when the call is. To be handed on to what takes long. */
  readonly signal: AbortSignal;
}

export interface JobOptions<T extends object> extends Omit<OperatorOptions, 'drain' | 'onProgress' | 'schema'> {
  /** What `defineSchema` gave: items are instances of its classes. */
  readonly schema: Schema;
  readonly job: DataJob<T> | (new () => DataJob<T>);
  /**
   * Calls the job for so many items at most, writes nothing, and reports what would change. It reads page by page within
   * `maxRcu`, which is then this process's own. `timeLimit` ends it with the sample that it has, and the next call begins
   * at the start of the table. `maxWcu`, `concurrency`, `segments` and `onError` mean nothing here, and are let pass, so
   * that one object of options does for the dry run and the job; with `again`, so is another item type of a job that has
   * ended.
   */
  readonly dryRun?: { readonly sample: number };
  /** What an error about one item does: `'stop'`, unless said otherwise, or pass the item over and count it. */
  readonly onError?: 'stop' | 'skip';
  /** Begin anew what has ended; else a job that has ended only reports. */
  readonly again?: boolean;
  readonly onProgress?: (progress: JobProgress) => void;
}

/** What a job tells while it runs. */
export interface JobProgress {
  readonly step: 'job';
  readonly job: string;
  /** This process's own; `work` is what all workers have come to, and absent in a dry run. */
  readonly items: number;
  readonly changed: number;
  readonly work?: WorkProgress;
}

/** What a job did: all workers together, also those of earlier calls that were stopped; unless `elsewhere`. */
export interface JobReport {
  /** How many items `each` was called for; those that a worker did again after another had died count once more. */
  readonly items: number;
  readonly changed: number;
  readonly deleted: number;
  /**
   * True when a worker was killed: it may have changed or deleted up to 250 items after its last checkpoint, which are
   * counted as they were found when they were done again.
   */
  readonly killed: boolean;
  /**
   * What this call did of it. When it is less, earlier calls or other workers did the rest: also another call for the job in
   * this process, so that what `each` collected here is not all.
   */
  readonly own: Pick<JobReport, 'items' | 'changed' | 'deleted' | 'skipped'>;
  /** Passed over with `onError: 'skip'`. */
  readonly skipped: number;
  /** The keys of the first of these. */
  readonly firstSkipped: readonly RowKey[];
  /** False where `timeLimit` ended the call first: call again to go on; a dry run begins anew. */
  readonly finished: boolean;
  /**
   * True where the job had ended before: this call did nothing, and tells what it did. In a dry run: that the job would do
   * nothing without `again`.
   */
  readonly endedBefore: boolean;
  /**
   * True where others had ended the job, and begun it anew with `again`, before this call saw its end. The run that it took
   * part in is finished, but what all workers came to is no longer known: these are this process's own counts. It takes no
   * part in the new run.
   */
  readonly elsewhere: boolean;
  /** What a dry run would have done to each item of the sample. */
  readonly sample?: readonly JobSample[];
}

/** What would become of one item. */
export interface JobSample {
  readonly key: RowKey;
  readonly outcome: 'same' | 'changed' | 'deleted' | 'failed';
  /** Where it would be changed. */
  readonly fields: readonly FieldChange[];
  /** Where it failed. */
  readonly error?: unknown;
}
