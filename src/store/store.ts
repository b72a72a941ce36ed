import type { EntityClass } from '../decorators/declared.js';
import type { SharedParametersOf, SharedPrefixesOf } from '../decorators/key-paths.js';
import type { Schema } from '../schema/schema.js';
import type { ItemList } from './item-list.js';
import type { StoreListOptions } from './options.js';
import type { Repository } from './repository.js';

/**
 * One table, seen by one schema version. Made by `openStore`; shared by the whole process.
 *
 * Abstract, so that it can be named in constructor types and used as an injection token.
 *
 * @example
 * const store: Store = await openStore({ schema: shop, table: 'shop', client });
 * const orders = store.repository(Order);
 */
export abstract class Store {
  /** The schema that the application is compiled with. */
  abstract readonly schema: Schema;

  /** The schema version that the application is compiled at. */
  abstract readonly version: number;

  /** The name of the table. */
  abstract readonly table: string;

  /**
   * The items of one type. Each call gives the same repository.
   *
   * @throws UnknownItemTypeError where the class is no item type of the schema.
   * @throws StoreClosedError after `close`.
   */
  abstract repository<T extends object>(entityClass: EntityClass<T>): Repository<T>;

  /**
   * Lists items of several types of one group, in key order, lazily: `instanceof` tells them apart. Each type must have
   * the prefix on exactly one of its key paths; rows of other types are passed over.
   *
   * Costs one read request a page, when it is read.
   *
   * @example
   * for await (const item of store.listByKeyPath('/customer-:customerId', { customerId }, { types: [Order, Invoice] })) {
   *   if (item instanceof Order) console.log(item.orderId); // Order | Invoice
   * }
   *
   * @throws AmbiguousKeyPathError, NoSuchKeyPathError, KeyParameterError, InvalidCursorError, UnknownItemTypeError, at once.
   * @throws KeyPathIncompleteError (while reading) as `Repository.listByKeyPath` does.
   */
  abstract listByKeyPath<
    const Types extends readonly [EntityClass, ...EntityClass[]],
    const P extends SharedPrefixesOf<Types>,
  >(
    prefix: P,
    parameters: SharedParametersOf<Types, P>,
    options: StoreListOptions<Types>,
  ): ItemList<InstanceType<Types[number]>>;

  /**
   * Ends the store: every later call throws `StoreClosedError`; what is under way ends as it would have. The client is
   * the caller's and stays open. May be called again.
   */
  abstract close(): Promise<void>;

  /** `close`, for `await using`. */
  abstract [Symbol.asyncDispose](): Promise<void>;
}
