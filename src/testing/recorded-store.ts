import type { EntityClass } from '../decorators/declared.js';
import type { Schema } from '../schema/schema.js';
import type { ItemList } from '../store/item-list.js';
import type { StoreListOptions } from '../store/options.js';
import type { Repository } from '../store/repository.js';
import { Store } from '../store/store.js';
import { type CallLog, pathInLine } from './call-log.js';
import { RecordedList } from './recorded-list.js';
import { RecordedRepository } from './recorded-repository.js';

/** A store whose calls are written down. */
export class RecordedStore extends Store {
  readonly #repositories = new Map<EntityClass, RecordedRepository>();

  constructor(
    private readonly store: Store,
    private readonly log: CallLog,
  ) {
    super();
  }

  override get schema(): Schema {
    return this.store.schema;
  }

  override get version(): number {
    return this.store.version;
  }

  override get table(): string {
    return this.store.table;
  }

  override repository<T extends object>(entityClass: EntityClass<T>): Repository<T> {
    const inner = this.store.repository(entityClass) as unknown as Repository<object>;
    let repository = this.#repositories.get(entityClass);
    if (repository === undefined) {
      repository = new RecordedRepository(inner, this.schema.typeOf(entityClass), this.version, this.log);
      this.#repositories.set(entityClass, repository);
    }
    return repository as unknown as Repository<T>;
  }

  override listByKeyPath<const Types extends readonly [EntityClass, ...EntityClass[]]>(
    prefix: string,
    parameters: object,
    options: StoreListOptions<Types>,
  ): ItemList<InstanceType<Types[number]>> {
    const list = this.store.listByKeyPath(prefix as never, parameters as never, options);
    const call = { version: this.version, call: 'store.listByKeyPath', about: pathInLine(prefix, [parameters]) };
    return new RecordedList(list, call, this.log);
  }

  override close(): Promise<void> {
    return this.store.close();
  }

  override [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
