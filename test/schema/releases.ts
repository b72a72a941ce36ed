import type { EntityClass } from '../../src/decorators/declared.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import type { RandomHistory } from './arbitraries.js';
import { declaredOf } from './declare.js';

/** The schema as the newest classes of the history define it. */
export function schemaOfHistory({ declared, migrations }: RandomHistory, name = 'random'): Schema {
  return schemaFrom(name, declared, migrations);
}

/**
 * Every release of the application, each compiled at its version and knowing only what it knew on its day. Index 0 is
 * version 1. Each has classes of its own; `classes.types` finds them by the storage names of their types.
 */
export function releasesOf(history: RandomHistory, name = 'random'): readonly Schema[] {
  return schemaOfHistory(history, name).versions.map((version, i) =>
    schemaFrom(name, declaredOf(version, new Map<string, EntityClass>()), history.migrations.slice(0, i)),
  );
}
