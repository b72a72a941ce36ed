import type { EntityClass } from '../decorators/declared.js';
import type { Schema } from '../schema/schema.js';
import type { StoreContext } from './context.js';
import { InvalidOptionError } from './errors.js';
import type { ItemList } from './item-list.js';
import type { GivenValues } from './key-path-choice.js';
import { checkListOptions } from './list-options.js';
import type { StoreListOptions } from './options.js';
import type { Repository } from './repository.js';
import { Store } from './store.js';
import type { ListedType } from './listed-type.js';
import { TableList } from './table-list.js';
import { TableRepository } from './table-repository.js';

/** The store over a table. */
export class TableStore extends Store {
  readonly #context: StoreContext;
  readonly #close: () => Promise<void>;
  readonly #repositories = new Map<EntityClass, TableRepository<object>>();

  constructor(context: StoreContext, close: () => Promise<void>) {
    super();
    this.#context = context;
    this.#close = close;
  }

  override get schema(): Schema {
    return this.#context.schema;
  }

  override get version(): number {
    return this.#context.schema.version;
  }

  override get table(): string {
    return this.#context.gateway.table;
  }

  override repository<T extends object>(entityClass: EntityClass<T>): Repository<T> {
    return this.#repository(entityClass) as unknown as Repository<T>;
  }

  override listByKeyPath<const Types extends readonly [EntityClass, ...EntityClass[]]>(
    prefix: string,
    parameters: object,
    options: StoreListOptions<Types>,
  ): ItemList<InstanceType<Types[number]>> {
    this.#context.assertOpen();
    const checked = checkListOptions('store.listByKeyPath', options, this.#context.allowIncomplete, ['types']);
    if (!Array.isArray(options.types) || options.types.length === 0) {
      throw new InvalidOptionError('store.listByKeyPath', 'types', 'is a list of item types: [Order, Invoice]');
    }
    const classes = [...new Set<EntityClass>(options.types)];
    const listed = classes.map((each) => this.#repository(each).listed(prefix, parameters as GivenValues, options));
    return new TableList(this.#context, listed as [ListedType, ...ListedType[]], checked);
  }

  override close(): Promise<void> {
    return this.#close();
  }

  override [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #repository(entityClass: EntityClass): TableRepository<object> {
    this.#context.assertOpen();
    let repository = this.#repositories.get(entityClass);
    if (repository === undefined) {
      repository = new TableRepository(this.#context, entityClass);
      this.#repositories.set(entityClass, repository);
    }
    return repository;
  }
}
