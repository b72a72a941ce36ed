import type { EntityClass } from '../decorators/declared.js';
import type { ItemTypeModel, MigrationModel, SchemaVersion } from './model.js';
import type { SchemaWarning } from './warnings.js';

/**
 * What `defineSchema` makes of classes and migrations: every version that they yield, as frozen data, and the classes
 * that entities of the newest one are made of.
 */
export interface Schema {
  readonly name: string;
  /** The version that this application is compiled at: one more than the highest `from` of its migrations, or 1. */
  readonly version: number;
  /** Every version; index 0 is version 1. The last is the compiled one. */
  readonly versions: readonly SchemaVersion[];
  /** `migrations[i]` leads to version i + 2. */
  readonly migrations: readonly MigrationModel[];
  /** `hashes[i]` is `hashOf(versions[i], migrations[i - 1])`. */
  readonly hashes: readonly string[];
  /** What to think twice about before it is published; `ductile publish` and `ductile plan` print it. */
  readonly warnings: readonly SchemaWarning[];
  /** The classes of the compiled version, by the storage names of their types. */
  readonly classes: SchemaClasses;
  /**
   * The item type of a class, as the compiled version has it.
   *
   * @throws UnknownItemTypeError where the class is no item type of this schema.
   */
  typeOf(entityClass: EntityClass): ItemTypeModel;
}

export interface SchemaClasses {
  readonly types: ReadonlyMap<string, EntityClass>;
  readonly objects: ReadonlyMap<string, EntityClass>;
  /** The names of the fields of item types and object types, in the order written: that of a loaded entity's properties. */
  readonly fieldOrder: ReadonlyMap<string, readonly string[]>;
}
