import { types } from 'node:util';
import type { EntityClass } from '../decorators/declared.js';
import { describe, isBuiltIn } from '../fields/kinds.js';
import { PRIMARY } from '../keypaths/model.js';
import { isKeyPathReference, type KeyPathReference } from '../keypaths/tagged.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { FieldChange } from './changed-fields.js';
import { assignValues } from './assign-values.js';
import type { StoreContext } from './context.js';
import { createEntity } from './create-entity.js';
import { ItemNotFoundError, kindOf, KeyPathIncompleteError, NotAnEntityError, UpdateCallbackError } from './errors.js';
import { fillInitialValues, ItemChanges } from './item-changes.js';
import type { ItemList } from './item-list.js';
import { ItemReader } from './item-reader.js';
import { type ChosenKey, chooseKey, choosePrimary, chooseRange, type GivenValues } from './key-path-choice.js';
import {
  boundsIn,
  type CheckedReadOptions,
  checkListOptions,
  checkReadOptions,
  checkSaveOptions,
} from './list-options.js';
import type { SaveOptions } from './options.js';
import { isPromoted } from './path-state.js';
import { Repository } from './repository.js';
import type { ListedType } from './listed-type.js';
import { TableList } from './table-list.js';

/** The repository over a table. */
export class TableRepository<T extends object> extends Repository<T> {
  readonly #context: StoreContext;
  readonly #model: ItemTypeModel;
  readonly #reader: ItemReader;
  readonly #changes: ItemChanges;

  constructor(
    context: StoreContext,
    override readonly entityClass: EntityClass<T>,
  ) {
    super();
    this.#context = context;
    this.#model = context.schema.typeOf(entityClass);
    const home = { entityClass, table: context.gateway.table };
    this.#reader = new ItemReader(context, this.#model.storageName, home);
    this.#changes = new ItemChanges(context, this.#reader, home);
  }

  override create(plain: object): T {
    this.#context.assertOpen();
    this.#assertProperties('create', plain);
    const entity = createEntity(this.#context.schema, this.#model, plain);
    fillInitialValues(this.#reader.view, entity);
    this.#changes.adopt(entity);
    return entity as T;
  }

  override assign(entity: T, values: object): T {
    this.#context.assertOpen();
    this.#changes.assertEntity('assign', entity);
    this.#assertProperties('assign', values);
    assignValues(this.#context.schema, this.#model, entity, values);
    return entity;
  }

  override async insert(entity: T): Promise<T> {
    this.#context.assertOpen();
    await this.#changes.insert(entity);
    return entity;
  }

  override async save(entity: T, options: SaveOptions = {}): Promise<T> {
    this.#context.assertOpen();
    await this.#changes.save(entity, checkSaveOptions(options));
    return entity;
  }

  override async update(key: object, change: (item: T) => void | undefined): Promise<T> {
    this.#context.assertOpen();
    const chosen = this.#chosenBy('update', key);
    if (typeof change !== 'function') throw new UpdateCallbackError(this.#model.name, 'missing');
    return this.#changes.inTurnAt('update', chosen.key, async (from) => {
      // The row that won tells no more than its own key: through another path the item is looked for again.
      const item = (await (from !== undefined && chosen.path.id === PRIMARY
        ? this.#reader.found(from.raw, chosen.key, chosen.path)
        : this.#at(chosen, { consistent: true, allowIncomplete: false }))) as T | undefined;
      if (item === undefined) throw new ItemNotFoundError(this.#model.name, chosen.path.template);
      this.#apply(change, item);
      await this.#changes.save(item, undefined);
      return item;
    });
  }

  override async delete(item: object): Promise<boolean> {
    this.#context.assertOpen();
    if (typeof item === 'object' && item !== null && this.#changes.isEntity(item))
      return this.#changes.deleteEntity(item);
    const chosen = this.#chosenBy('delete', item);
    if (chosen.path.id === PRIMARY) return this.#changes.deleteAt(chosen.key);
    return this.#changes.inTurnAt('delete', chosen.key, async () => {
      const found = await this.#at(chosen, { consistent: true, allowIncomplete: false });
      return found !== undefined && this.#changes.deleteEntity(found);
    });
  }

  override async findByKeyPath(path: string | KeyPathReference, ...rest: readonly object[]): Promise<T | undefined> {
    this.#context.assertOpen();
    const [parameters, options = {}] = isKeyPathReference(path) ? [undefined, rest[0]] : rest;
    const chosen = chooseKey(this.#reader.view, path, parameters as GivenValues | undefined);
    const checked = checkReadOptions('findByKeyPath', options, this.#context.allowIncomplete);
    return (await this.#at(chosen, checked)) as T | undefined;
  }

  override listByKeyPath(prefix: string | KeyPathReference, ...rest: readonly object[]): ItemList<T> {
    this.#context.assertOpen();
    const [parameters, options = {}] = isKeyPathReference(prefix) ? [undefined, rest[0]] : rest;
    const checked = checkListOptions('listByKeyPath', options, this.#context.allowIncomplete);
    return new TableList<T>(
      this.#context,
      [this.listed(prefix, parameters as GivenValues | undefined, options)],
      checked,
    );
  }

  /** This type's part in a list. @internal */
  listed(prefix: string | KeyPathReference, parameters: GivenValues | undefined, options: object): ListedType {
    const chosen = chooseRange(this.#reader.view, prefix, parameters, boundsIn(options));
    return { ...chosen, type: this.#model.storageName, reader: this.#reader };
  }

  /** The entity of a primary row that was just read; undefined where the item has expired. @internal */
  async met(row: AttributeMap, key: RowKey): Promise<T | undefined> {
    this.#context.assertOpen();
    return (await this.#reader.found(row, key, this.#model.keyPaths[0]!)) as T | undefined;
  }

  /** What a save of an entity that was loaded by its primary row would change now. @internal */
  pending(entity: T): readonly FieldChange[] {
    return this.#changes.pending(entity);
  }

  async #at(chosen: ChosenKey, { consistent, allowIncomplete }: CheckedReadOptions): Promise<object | undefined> {
    const { path, key } = chosen;
    await this.#context.beforeRead();
    const { epoch } = this.#context.registry.knowledge;
    const hit = await this.#read(chosen, consistent);
    if (hit !== undefined || allowIncomplete || this.#promoted(chosen, epoch)) return hit;
    // It may have been promoted since: then a read that begins now sees every item.
    await this.#context.registry.refresh();
    if (!this.#promoted(chosen)) throw new KeyPathIncompleteError(this.#model.name, path.template, 'find');
    return this.#read({ path, key }, consistent);
  }

  async #read({ path, key }: ChosenKey, consistent: boolean): Promise<object | undefined> {
    const row = await this.#context.gateway.get(key, { consistent });
    const reading = row === undefined ? undefined : this.#reader.found(row, key, path);
    const [found] = await Promise.all([reading, this.#reader.freshen(path)]);
    this.#context.assertMayRead();
    return found;
  }

  #promoted({ path }: ChosenKey, by?: number): boolean {
    return isPromoted(this.#context.registry.knowledge, this.#model.storageName, path, by);
  }

  /** What `update` and `delete` take for a key: a reference, or exactly the parameters of the primary key path. */
  #chosenBy(call: string, key: object): ChosenKey {
    if (isKeyPathReference(key)) return chooseKey(this.#reader.view, key, undefined);
    const { name, keyPaths } = this.#model;
    const names = keyPaths[0]!.parameters.map(({ field }) => this.#reader.view.fieldStoredAs(field)!.name);
    const given = typeof key === 'object' && key !== null ? Object.keys(key) : undefined;
    if (given === undefined || given.some((property) => !names.includes(property))) {
      const what = given === undefined ? kindOf(key) : `an object with ${given.join(', ')}`;
      throw new NotAnEntityError(
        name,
        `${call}() was given ${what}, which is neither an entity nor a key: a key has ${names.join(', ')} and nothing else ` +
          '(a copy such as { ...item } is not an entity)',
      );
    }
    return choosePrimary(this.#reader.view, key as GivenValues);
  }

  #assertProperties(call: 'create' | 'assign', given: unknown): void {
    if (typeof given === 'object' && given !== null && !isBuiltIn(given)) return;
    throw new NotAnEntityError(this.#model.name, `${call}() was given ${describe(given)} in the place of properties`);
  }

  #apply(change: (item: T) => unknown, item: T): void {
    const returned = change(item);
    if (returned === undefined) return;
    // A promise that is refused must not end the process when it fails.
    if (types.isPromise(returned)) returned.catch(() => undefined);
    throw new UpdateCallbackError(this.#model.name, isPromiseLike(returned) ? 'promise' : 'value');
  }
}

const isPromiseLike = (value: unknown): boolean => typeof (value as { then?: unknown } | null)?.then === 'function';
