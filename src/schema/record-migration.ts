import { SchemaDefinitionError } from '../decorators/errors.js';
import { migrationMetadata } from '../decorators/migration.js';
import { DuctileError } from '../errors/ductile-error.js';
import type { Migrator } from './migrator.js';
import { type Place, refuse } from './place.js';
import { refusePromise, StepRecorder } from './step-recorder.js';
import type { RecordedMigration } from './steps.js';

/** What a class decorated with `@Migration` implements. */
export interface SchemaMigration {
  /** Says the steps, synchronously. It is called once, when the schema is defined, and never to read a row. */
  change(m: Migrator): void;
}

export type MigrationClass = new () => SchemaMigration;

/**
 * Lets a migration class say its steps.
 *
 * @throws SchemaDefinitionError where the class is not decorated, `change` throws or is asynchronous, or a step lacks
 *   what it needs.
 */
export function recordMigration(migrationClass: MigrationClass): RecordedMigration {
  if (typeof migrationClass !== 'function') {
    refuse({}, `migrations: has ${String(migrationClass)}, which is no class`, 'give classes with @Migration');
  }
  const { name } = migrationClass;
  const said = migrationMetadata(migrationClass);
  if (said === undefined) {
    return refuse(
      { migration: name },
      'the class is no migration',
      "write @Migration({ from: …, description: '…' }) above it",
    );
  }
  const { from, description } = said;
  const place = { migration: `${name} (${from} → ${from + 1})`, version: from + 1 };
  const migration = new migrationClass();
  if (typeof migration.change !== 'function') {
    refuse(place, 'the migration has no method change', 'implement SchemaMigration: change(m: Migrator) { … }');
  }
  const recorder = new StepRecorder(place);
  refusePromise(
    namingMigration(place, () => migration.change(recorder)),
    'change',
    place,
  );
  return { name, from, description, steps: recorder.end() };
}

/** An error of the user's own code, such as a step that there is not, says which migration it comes from. */
function namingMigration<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DuctileError) throw error;
    const what = `change threw ${String(error)}`;
    throw new SchemaDefinitionError({ ...place, what, mend: 'see its cause' }, { cause: error });
  }
}
