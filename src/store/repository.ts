import type { EntityClass } from '../decorators/declared.js';
import type { AssignInput, CreateInput, NothingElse } from '../decorators/generated.js';
import type { KeyParameters, KeyPathsOf, NextParameterOf, PrefixesOf, PrimaryKeyOf } from '../decorators/key-paths.js';
import type { KeyPathReference } from '../keypaths/tagged.js';
import type { ItemList } from './item-list.js';
import type { FindOptions, ListOptions, SaveOptions } from './options.js';

/**
 * The items of one type, as the schema version that the application is compiled at sees them. Made by
 * `store.repository(Order)`.
 *
 * Besides what is said with each, every call that writes throws `VersionRetiredError` where the application's version was
 * retired or withdrawn (nothing was written), and `OutcomeUnknownError` where the answer of its write was lost and what is
 * in the table does not tell whether it was applied: load the item and look before you call again. Calls that read throw
 * `VersionRetiredError` too, from when the version was withdrawn, or what only it could see is being dropped.
 *
 * Where a call that writes throws anything but `OutcomeUnknownError`, the item and its rows are as they were. What stays is that
 * the version was announced: before its first write a store enters in the registry that its version is in use.
 *
 * Abstract, so that it can be named in constructor types and used as an injection token.
 *
 * @example
 * const orders: Repository<Order> = store.repository(Order);
 * const order = await orders.insert(orders.create({ customerId, items, orderDate, deliveryDate }));
 * await orders.update({ customerId, orderId: order.orderId }, (o) => { o.items.push(item); });
 */
export abstract class Repository<T extends object> {
  /** The class of the items. */
  abstract readonly entityClass: EntityClass<T>;

  /**
   * Makes an instance of the class that is not stored yet. Fields with an initial value may be left out and are filled;
   * plain nested objects become instances of their classes. Any other value is in the entity as it was given. No
   * constructor and no initialiser runs. Whether the fields are complete and sound is checked by `insert` and `save`, all
   * at once.
   *
   * Of class-transformer's decorators only those with `toClassOnly: true` count, on the classes of nested objects.
   *
   * Costs no request.
   *
   * @example
   * const order = orders.create({ customerId, items: [{ sku: 'A-1', quantity: 2 }], orderDate: new Date() });
   * order.orderId; // a new UUID
   *
   * @throws UnknownPropertyError where `plain`, or a nested object in it, has a property that is no field.
   * @throws NotAnEntityError where `plain` is no object of properties: an array, a promise.
   */
  abstract create(plain: CreateInput<T>): T;

  /**
   * Puts the properties of an object, such as the body of a request, onto an entity, and returns the entity. A property
   * that is `undefined` is skipped, where `Object.assign` would unset the field; `null` unsets an optional one. A plain
   * object for a nested object changes that one by the same rule, property by property; arrays, sets and maps are replaced
   * whole: their elements are new objects, and what only other versions know of the old ones may be lost. Plain objects in them become instances, as in `create`. Either all is assigned or, where it throws, nothing.
   *
   * Nothing is stored: `save` does that, and checks the values.
   *
   * Costs no request.
   *
   * @param entity an entity of this repository, or an instance made with `new` that is yet to be inserted.
   *
   * @example
   * await orders.update({ customerId, orderId }, (order) => { orders.assign(order, dto); });
   *
   * @throws UnknownPropertyError where `values`, or a nested object in it, has a property that is no field.
   * @throws ValidationError where an object that is to change is frozen, or a property of it is read-only.
   * @throws NotAnEntityError where `entity` is a proxy, or of another store or class; or `values` is no object of properties.
   */
  abstract assign<Values extends AssignInput<T>>(entity: T, values: Values & NothingElse<T, Values>): T;

  /**
   * Stores a new item; it must not exist, nor another one at any of its key paths that is strict or promoted. Resolves to the same entity, which then says what was
   * stored (times cut to what their field keeps, UUIDs in lower case) and may be saved again.
   *
   * Costs one write request: a plain one where there is one key path, else a transaction of one row for each. Where the
   * table's `createGuard` is `fence`, a transaction that checks a fence too; where it is `age`, a Query of the registry
   * before it if what is known of that is older than `registryMaxAge`.
   *
   * @example
   * await orders.insert(orders.create({ customerId, items, orderDate, deliveryDate }));
   *
   * @throws ValidationError with every field that is missing or out of range.
   * @throws ItemExistsError where the item exists.
   * @throws KeyPathConflictError where another item has its key on a key path that is strict or promoted. In expand the
   *   item is stored, without a row there.
   * @throws KeyTooLargeError, WriteTooLargeError where DynamoDB takes no key, row or transaction of that size.
   * @throws NotAnEntityError where `entity` is neither an instance of the class nor of this store: a plain copy, a proxy.
   */
  abstract insert(entity: T): Promise<T>;

  /**
   * Inserts an entity made by `create`, or replaces what this repository loaded or stored, if nobody changed it in between
   * (optimistic locking). An instance of your own `new` enters by `insert`. Only what this version sees is changed: fields
   * that other versions know stay as they are, in nested objects too that are changed in place. A nested object that is
   * replaced, if only by a copy, may lose them. Where nothing changed and the item's rows are as the known registry asks,
   * nothing is written: a read makes sure that the item is as it was loaded. Resolves to the same entity, which may be
   * saved again.
   *
   * Two saves of one entity that overlap are carried out one after the other; each stores the entity as it is when its
   * turn comes.
   *
   * Costs one write request; where the entity was loaded through a secondary key path, one read before it. Where nothing
   * is written, one read.
   *
   * @example
   * const order = await orders.findByKeyPath('/customer-:customerId/order-:orderId', { customerId, orderId });
   * order.deliveryDate = '2026-12-24';
   * await orders.save(order);
   *
   * @throws OptimisticLockError where the item was changed, deleted, or deleted and created again since it was loaded,
   *   or is not at `ifRevision`. Nothing was written.
   * @throws InvalidOptionError where `ifRevision` is given for an entity that is new: it has no revision.
   * @throws PrimaryKeyChangedError where a parameter of the primary key path was changed.
   * @throws ValidationError, ItemExistsError, KeyPathConflictError, KeyTooLargeError, WriteTooLargeError as `insert` does.
   * @throws NotAnEntityError where this repository did not make, load or store this very object: for a copy (also one that
   *   kept its class), a proxy, an entity of another store or of another copy of this package. So no copy can bring a
   *   deleted item back.
   */
  abstract save(entity: T, options?: SaveOptions): Promise<T>;

  /**
   * Reads an item, lets `change` alter it in place, and writes it; again if another writer was faster, and never if the
   * write may have been applied. Resolves to the item as it was stored.
   *
   * Updates of one store at one key go one after another, in the order in which they were called. One that is called in the
   * `change` of another runs after that.
   *
   * Costs one read and one write request. Each further attempt starts from the row that came back with the refusal and costs
   * one write request; every third one pauses first, up to a second, and reads again. By a secondary key path each
   * attempt costs two reads, there and of the primary row, and one write request.
   *
   * @param change must be synchronous and return nothing; it may run several times, on a fresh entity each time.
   *
   * @example
   * await orders.update({ customerId, orderId }, (order) => { order.items.push(item); });
   *
   * @throws ItemNotFoundError where there is no such item.
   * @throws ContentionError if other processes were faster in each of 30 attempts, or held the item's rows for some
   *   8 seconds: the item is hot. Nothing was written.
   * @throws UpdateCallbackError where `change` returned something.
   * @throws ValidationError, KeyPathConflictError, PrimaryKeyChangedError as `save` does.
   */
  abstract update(key: PrimaryKeyOf<T> | KeyPathReference, change: (item: T) => void | undefined): Promise<T>;

  /**
   * Deletes an item with all its rows. An entity is deleted only if nobody changed it since it was loaded; an item
   * named by its key, whatever its state, in turn with the updates at that key. Resolves to whether there was one.
   *
   * Costs one write request for a loaded entity; one read before it for a key, or for an entity that was loaded through
   * a secondary key path; two for a secondary key path in hand.
   *
   * @example
   * await orders.delete({ customerId, orderId }); // true
   *
   * @throws OptimisticLockError where the entity was changed by another writer since it was loaded.
   * @throws ContentionError if other processes changed the item that a key names faster than it could be deleted.
   * @throws NotAnEntityError where it is neither an entity of this repository nor a primary key.
   */
  abstract delete(item: T | PrimaryKeyOf<T> | KeyPathReference): Promise<boolean>;

  /**
   * Finds the item at a key path: a template and its parameters, or a key path in hand (`keyPath`…``). Strongly
   * consistent unless `consistent: false`. Through a key path that is not promoted yet a hit is certain and a miss is
   * not: then it throws, unless `incomplete: 'allow'`.
   *
   * Costs one read request (one more, of the registry, at a miss through an incomplete key path; and through any secondary
   * one where what is known of the registry is older than `registryMaxAge`).
   *
   * @example
   * await orders.findByKeyPath('/customer-:customerId/order-:orderId', { customerId, orderId }); // Order | undefined
   * await orders.findByKeyPath(keyPath`/customer-${customerId}/order-${orderId}`);
   *
   * @throws NoSuchKeyPathError, KeyParameterError where the path or its parameters are not the type's.
   * @throws KeyPathIncompleteError at a miss through a key path that is still being filled.
   * @throws DamagedRowError, ForeignRowError where the row is not whole, or not Ductile's.
   */
  abstract findByKeyPath<const P extends KeyPathsOf<T>>(
    path: P,
    parameters: KeyParameters<T, P>,
    options?: FindOptions,
  ): Promise<T | undefined>;
  abstract findByKeyPath(path: KeyPathReference, options?: FindOptions): Promise<T | undefined>;

  /**
   * Lists the items of one group whose keys begin with a prefix of one key path, in key order, lazily. The first
   * segment is given whole; a later one may end after its literal.
   *
   * Costs one read request a page, when it is read; nothing until then.
   *
   * @example
   * for await (const order of orders.listByKeyPath('/delivery-:deliveryDate', { deliveryDate })) console.log(order);
   * const page = await orders.listByKeyPath('/customer-:customerId/order-', { customerId }, { limit: 20 }).page();
   *
   * @throws AmbiguousKeyPathError where the prefix fits several key paths; it names them.
   * @throws NoSuchKeyPathError, KeyParameterError, InvalidCursorError. Like `AmbiguousKeyPathError` they are thrown at once,
   *   and not while reading.
   * @throws KeyPathIncompleteError (while reading) at the end of an iteration through a key path that is still being
   *   filled, unless `incomplete: 'allow'`; `page()` says `complete: false` instead.
   */
  abstract listByKeyPath<const P extends PrefixesOf<T>>(
    prefix: P,
    parameters: KeyParameters<T, P>,
    options?: ListOptions<NextParameterOf<T, P>>,
  ): ItemList<T>;
  abstract listByKeyPath(prefix: KeyPathReference, options?: ListOptions): ItemList<T>;
}
