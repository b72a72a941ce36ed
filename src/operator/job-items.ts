import type { EntityClass } from '../decorators/declared.js';
import { TransactionConflictError, WriteRejectedError } from '../dynamo/errors.js';
import { DamagedKeyValueError, KeyTooLargeError } from '../keypaths/errors.js';
import {
  ContentionError,
  ForeignRowError,
  KeyPathConflictError,
  OptimisticLockError,
  PrimaryKeyChangedError,
} from '../protocol/errors.js';
import { isSecondary, typeOf } from '../protocol/row.js';
import type { FieldChange } from '../store/changed-fields.js';
import type { Store } from '../store/store.js';
import type { Repository } from '../store/repository.js';
import type { TableRepository } from '../store/table-repository.js';
import type { Gateway } from '../table/gateway.js';
import { OutcomeUnknownError, WriteTooLargeError } from '../table/errors.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError, ValidationError } from '../views/errors.js';
import type { DataJob, JobContext, JobVerdict } from './job.js';

/** How often the job is called for an item while other writers are faster. */
const ATTEMPTS = 30;

/** What the job wants of one item. */
export type Wanted<T> =
  | { readonly kind: 'gone' | 'same' }
  | { readonly kind: 'deleted'; readonly item: T }
  | { readonly kind: 'changed'; readonly item: T; readonly fields: readonly FieldChange[] };

/** An error about one item: other items may be done all the same. */
export class ItemError extends Error {
  constructor(cause: unknown) {
    super('a job failed for an item', { cause });
  }
}

/** Has a job look at items, one at a time, by the rows that a scan meets. */
export class JobItems<T extends object> {
  /** What the schema calls the item type. */
  readonly typeName: string;
  readonly #repository: TableRepository<T>;
  /** Under which name its items are stored, whatever a version calls it. */
  readonly storedAs: string;

  constructor(
    private readonly gateway: Gateway,
    private readonly job: DataJob<T>,
    private readonly context: Omit<JobContext, 'attempt'>,
  ) {
    this.#repository = repositoryOf(context.store, job.type);
    const { name, storageName } = context.store.schema.typeOf(job.type);
    this.typeName = name;
    this.storedAs = storageName;
  }

  /** True where the row is an item of the job's type. */
  has(row: AttributeMap): boolean {
    return typeOf(row) === this.storedAs && !isSecondary(row);
  }

  /** Calls the job for one item, and says what it wants. @throws ItemError */
  async ask(row: AttributeMap, key: RowKey, attempt: number): Promise<Wanted<T>> {
    return this.#aboutItem(async () => {
      const item = await this.#repository.met(row, key);
      if (item === undefined) return { kind: 'gone' };
      const verdict = await this.#call(item, attempt);
      if (verdict === 'delete') return { kind: 'deleted', item };
      const fields = this.#repository.pending(item);
      return fields.length === 0 ? { kind: 'same' } : { kind: 'changed', item, fields };
    });
  }

  /**
   * Calls the job for one item until what it wants is written, or the item is gone. Costs a write for an item that is
   * changed or deleted, and a read more where another writer was faster.
   *
   * @throws ItemError
   */
  async bring(met: AttributeMap, key: RowKey): Promise<Wanted<T>['kind']> {
    let row: AttributeMap | undefined = met;
    for (let attempt = 1; row !== undefined; attempt++) {
      try {
        const wanted = await this.ask(row, key, attempt);
        await this.#aboutItem(() => this.#write(wanted));
        return wanted.kind;
      } catch (error) {
        const isLate = error instanceof ItemError && error.cause instanceof OptimisticLockError;
        if (!isLate || attempt === ATTEMPTS) throw error;
      }
      await this.gateway.pause(Math.random() * Math.min(5 * 2 ** attempt, 250), this.context.signal);
      row = await this.gateway.get(key);
    }
    return 'gone';
  }

  async #write(wanted: Wanted<T>): Promise<void> {
    if (wanted.kind === 'changed') await this.#repository.save(wanted.item);
    if (wanted.kind === 'deleted') await this.#repository.delete(wanted.item);
  }

  async #call(item: T, attempt: number): Promise<JobVerdict> {
    try {
      const verdict: unknown = await this.job.each(item, { ...this.context, attempt });
      if (verdict === undefined || verdict === 'delete') return verdict;
    } catch (error) {
      this.context.signal.throwIfAborted();
      throw new ItemError(error);
    }
    throw new ItemError(new TypeError("each() returned neither nothing nor 'delete': it changes the item in place"));
  }

  async #aboutItem<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw ABOUT_ITEM.some((type) => error instanceof type) ? new ItemError(error) : error;
    }
  }
}

/** What says nothing about any other item: its content, or other writers of its rows, were in the way. */
const ABOUT_ITEM = [
  ContentionError,
  DamagedKeyValueError,
  DamagedRowError,
  ForeignRowError,
  KeyPathConflictError,
  KeyTooLargeError,
  OptimisticLockError,
  OutcomeUnknownError,
  PrimaryKeyChangedError,
  TransactionConflictError,
  ValidationError,
  WriteRejectedError,
  WriteTooLargeError,
];

function repositoryOf<T extends object>(store: Store, type: EntityClass<T>): TableRepository<T> {
  const repository: Repository<T> = store.repository(type);
  return repository as TableRepository<T>;
}
