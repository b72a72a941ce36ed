import type { DeclaredExpiry, EntityClass } from '../decorators/declared.js';
import { discover } from '../decorators/discover.js';
import { withExpiry } from './expiry.js';
import { recordMigration, type MigrationClass } from './record-migration.js';
import { readSnapshot } from './snapshot.js';
import { schemaFrom } from './schema-from.js';
import { refuse } from './place.js';
import type { Schema } from './schema.js';

export interface SchemaDefinition {
  /** Letters, digits, `_`, `.` and `-`: what the registry of the table is about. */
  readonly name: string;
  /** The classes of item types; object types and enums are found through their fields. */
  readonly types: readonly EntityClass[];
  /** In any order: each says which version it starts `from`. */
  readonly migrations?: readonly MigrationClass[];
  /**
   * What `ductile snapshot` wrote at some version: the migrations up to it need not be given, nor kept. The file as
   * `JSON.parse` or an import reads it, or what `snapshotOf` gives.
   */
  readonly base?: object;
  /**
   * When items expire, by name of their type. A published version never changes, so for a type that has been published
   * without it say `since` which version it holds. One rule a type: no migration changes it.
   *
   * @internal
   */
  readonly expiry?: Readonly<Record<string, DeclaredExpiry>>;
}

/**
 * Works out every version of a schema from its classes and migrations. Pure: it sends nothing, and the same sources
 * give the same schema in every process.
 *
 * @throws SchemaDefinitionError where decorators, templates or migrations are wrong or contradict each other, or the base
 * @throws SnapshotError where `base` is no snapshot, or was changed by hand
 * @example
 * export const shop = defineSchema({ name: 'shop', types: [Order], migrations: [AddDeliveryDate] });
 */
export function defineSchema(definition: SchemaDefinition): Schema {
  assertDefinition(definition);
  const { name, types, migrations = [], base, expiry } = definition;
  const declared = withExpiry(discover(types), expiry);
  return schemaFrom(name, declared, migrations.map(recordMigration), base === undefined ? base : readSnapshot(base));
}

const OPTIONS: readonly string[] = ['name', 'types', 'migrations', 'base'] satisfies (keyof SchemaDefinition)[];

/** What the compiler sees, for those who have none: a misspelt `migrations` would pass for a schema without any. */
function assertDefinition(definition: unknown): void {
  if (typeof definition !== 'object' || definition === null) {
    refuse(
      {},
      'defineSchema was given no definition',
      "write defineSchema({ name: 'shop', types: [Order], migrations: [] })",
    );
  }
  const unknown = Object.keys(definition).find((name) => !OPTIONS.includes(name) && name !== 'expiry');
  if (unknown !== undefined) refuse({}, `defineSchema has no option '${unknown}'`, `use ${OPTIONS.join(', ')}`);
  const { types, migrations } = definition as Partial<SchemaDefinition>;
  if (!Array.isArray(types)) refuse({}, 'types: is no list', 'give the classes of the item types: types: [Order]');
  if (migrations !== undefined && !Array.isArray(migrations)) {
    refuse({}, 'migrations: is no list', 'give the classes of the migrations: migrations: [AddDeliveryDate]');
  }
}
