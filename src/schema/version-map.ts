import type { DeclaredSchema } from '../decorators/declared.js';
import { Assembler } from './assemble.js';
import { chainOf } from './chain.js';
import { checkOlderReaders } from './check-older-readers.js';
import { checkOverlaps } from './check-overlaps.js';
import { checkVersion } from './check-version.js';
import { deepFreeze } from './freeze.js';
import { hashOf } from './hash.js';
import type { MigrationModel, SchemaVersion } from './model.js';
import type { Moment } from './moment.js';
import type { Place } from './place.js';
import { placeOf, rewind } from './rewind.js';
import { describeSteps, type RecordedMigration } from './steps.js';

/** Every version that classes and migrations yield, as frozen data. */
export interface VersionMap {
  /** Index 0 is version 1. */
  readonly versions: readonly SchemaVersion[];
  /** `migrations[i]` leads to version i + 2. */
  readonly migrations: readonly MigrationModel[];
  readonly hashes: readonly string[];
}

/**
 * Works out all versions: back from the newest classes through the migrations, which gives every version in its own
 * names, then forward from version 1, which gives out storage names and key path ids.
 *
 * The order of classes, fields, secondary key paths, enum values and migrations makes no difference.
 *
 * @throws SchemaDefinitionError where classes and migrations contradict each other.
 */
export function buildVersionMap(declared: DeclaredSchema, migrations: readonly RecordedMigration[]): VersionMap {
  const chain = chainOf(migrations);
  const history = rewind(declared, chain);
  history.versions.forEach((moment, i) => checkVersion(moment, i + 1, placeOfVersion(i + 1, chain)));
  const assembler = new Assembler(history);
  const versions = history.versions.map((_: Moment, i) => assembler.version(i + 1, placeOfVersion(i + 1, chain)));
  const models = chain.map((migration): MigrationModel => {
    const { from, description, steps } = migration;
    return { from, description, changes: describeSteps(steps), lens: assembler.lens(from, placeOf(migration)) };
  });
  checkOlderReaders(versions, models, (version) => placeOfVersion(version, chain));
  checkOverlaps(versions);
  const hashes = versions.map((version, i) => hashOf(version, models[i - 1]));
  return deepFreeze({ versions, migrations: models, hashes });
}

/** What is wrong with a version is put right in the migration that leads to it; version 1 follows from all of them. */
function placeOfVersion(version: number, chain: readonly RecordedMigration[]): Place {
  const migration = chain[version - 2];
  return migration === undefined ? { version } : placeOf(migration);
}
