import type { EntityClass } from '../decorators/declared.js';
import { discover } from '../decorators/discover.js';
import { recordMigration, type MigrationClass } from './record-migration.js';
import { schemaFrom } from './schema-from.js';
import type { Schema } from './schema.js';

export interface SchemaDefinition {
  /** Letters, digits, `_`, `.` and `-`: what the registry of the table is about. */
  readonly name: string;
  /** The classes of item types; object types and enums are found through their fields. */
  readonly types: readonly EntityClass[];
  /** In any order: each says which version it starts `from`. */
  readonly migrations?: readonly MigrationClass[];
}

/**
 * Works out every version of a schema from its classes and migrations. Pure: it sends nothing, and the same sources
 * give the same schema in every process.
 *
 * @throws SchemaDefinitionError where decorators, templates or migrations are wrong or contradict each other.
 * @example
 * export const shop = defineSchema({ name: 'shop', types: [Order], migrations: [AddDeliveryDate] });
 */
export function defineSchema({ name, types, migrations = [] }: SchemaDefinition): Schema {
  return schemaFrom(name, discover(types), migrations.map(recordMigration));
}
