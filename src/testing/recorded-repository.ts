import type { EntityClass } from '../decorators/declared.js';
import type { KeyPathReference } from '../keypaths/tagged.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { ItemList } from '../store/item-list.js';
import type { SaveOptions } from '../store/options.js';
import { Repository } from '../store/repository.js';
import { type CallLog, type FleetCall, inLine, pathInLine } from './call-log.js';
import { RecordedList } from './recorded-list.js';

/** A repository whose calls are written down. */
export class RecordedRepository extends Repository<object> {
  readonly #primary: readonly string[];

  constructor(
    private readonly repository: Repository<object>,
    private readonly model: ItemTypeModel,
    private readonly version: number,
    private readonly log: CallLog,
  ) {
    super();
    const names = new Map(model.fields.map(({ storageName, name }) => [storageName, name]));
    this.#primary = model.keyPaths[0]!.parameters.map(({ field }) => names.get(field)!);
  }

  override get entityClass(): EntityClass {
    return this.repository.entityClass;
  }

  override create(plain: object): object {
    return this.repository.create(plain);
  }

  override assign(entity: object, values: object): object {
    return this.repository.assign(entity, values);
  }

  override insert(entity: object): Promise<object> {
    return this.log.record(this.#call('insert', this.#keyOf(entity)), () => this.repository.insert(entity), done);
  }

  override save(entity: object, options?: SaveOptions): Promise<object> {
    const call = this.#call('save', this.#keyOf(entity));
    return this.log.record(call, () => this.repository.save(entity, options), done);
  }

  override update(key: object, change: (item: object) => void | undefined): Promise<object> {
    return this.log.record(this.#call('update', this.#keyOf(key)), () => this.repository.update(key, change), done);
  }

  override delete(item: object): Promise<boolean> {
    const call = this.#call('delete', this.#keyOf(item));
    return this.log.record(
      call,
      () => this.repository.delete(item),
      (there) => (there ? 'done' : 'nothing'),
    );
  }

  override findByKeyPath(path: string | KeyPathReference, ...rest: readonly object[]): Promise<object | undefined> {
    const find = this.repository.findByKeyPath.bind(this.repository) as (
      ...given: readonly unknown[]
    ) => Promise<object | undefined>;
    return this.log.record(
      this.#call('findByKeyPath', pathInLine(path, rest)),
      () => find(path, ...rest),
      (item) => (item === undefined ? 'nothing' : 'found'),
    );
  }

  override listByKeyPath(prefix: string | KeyPathReference, ...rest: readonly object[]): ItemList<object> {
    const list = this.repository.listByKeyPath.bind(this.repository) as (
      ...given: readonly unknown[]
    ) => ItemList<object>;
    return new RecordedList(list(prefix, ...rest), this.#call('listByKeyPath', pathInLine(prefix, rest)), this.log);
  }

  #call(name: string, about: string): Omit<FleetCall, 'caller' | 'outcome'> {
    return { version: this.version, call: `${this.model.name}.${name}`, about };
  }

  /** The primary key in an entity or a key; whatever was given in their place, for the error to say. */
  #keyOf(item: object): string {
    if (typeof item !== 'object' || item === null) return inLine(item);
    if ('literals' in item) return pathInLine(item as KeyPathReference, []);
    const values = item as Readonly<Record<string, unknown>>;
    return inLine(Object.fromEntries(this.#primary.map((name) => [name, values[name]])));
  }
}

const done = (): string => 'done';
