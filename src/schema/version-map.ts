import type { DeclaredSchema } from '../decorators/declared.js';
import { Assembler } from './assemble.js';
import { historyOver } from './base.js';
import { chainOf } from './chain.js';
import { checkKeyView } from './check-key-view.js';
import { checkOlderReaders } from './check-older-readers.js';
import { checkOverlaps } from './check-overlaps.js';
import { checkSizes } from './check-size.js';
import { checkVersion } from './check-version.js';
import { differences, printDifferences } from './differences.js';
import { deepFreeze } from './freeze.js';
import { hashOf } from './hash.js';
import type { MigrationModel, SchemaVersion } from './model.js';
import type { Moment } from './moment.js';
import { type Place, refuse } from './place.js';
import { placeOf, rewind } from './rewind.js';
import type { SchemaSnapshot } from './snapshot.js';
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
 * @param base the versions from which on there are migrations; all of them are, where it is left out
 * @throws SchemaDefinitionError where classes, migrations and base contradict each other.
 */
export function buildVersionMap(
  declared: DeclaredSchema,
  migrations: readonly RecordedMigration[],
  base?: SchemaSnapshot,
): VersionMap {
  const first = base?.version ?? 1;
  const chain = chainOf(migrations, first);
  const place = (version: number): Place => placeOfVersion(version, chain, first);
  const since = rewind(declared, chain);
  since.versions.forEach((moment, i) => checkVersion(moment, first + i, place(first + i)));
  const history = base === undefined ? since : historyOver(base, since);
  const assembler = new Assembler(history);
  const assembled = history.versions.map((_: Moment, i) => assembler.version(i + 1, place(i + 1)));
  const models = chain.map((migration): MigrationModel => {
    const { from, description, steps } = migration;
    return { from, description, changes: describeSteps(steps), lens: assembler.lens(from, placeOf(migration)) };
  });
  if (base !== undefined) assertContinues(base, assembled);
  const versions = [...(base?.versions ?? []), ...assembled.slice(base?.versions.length ?? 0)];
  const all = [...(base?.migrations ?? []), ...models];
  checkOlderReaders(versions, all, place);
  checkKeyView(versions, all, place);
  checkOverlaps(versions);
  checkSizes(versions, all, place);
  const hashes = versions.map((version, i) => base?.hashes[i] ?? hashOf(version, all[i - 1]));
  return deepFreeze({ versions, migrations: all, hashes });
}

/**
 * What classes and migrations yield for the newest version of the base is what the base says of it, and nothing that comes
 * later gave an older version another name.
 *
 * @throws SchemaDefinitionError
 */
function assertContinues(base: SchemaSnapshot, assembled: readonly SchemaVersion[]): void {
  const newest = assembled.length;
  base.versions.forEach((version, i) => {
    const own = assembled[i] as SchemaVersion;
    if (hashOf(own, base.migrations[i - 1]) === base.hashes[i]) return;
    const called = { version: `version ${version.version} of the base`, classes: 'what classes and migrations yield' };
    const found = differences(version, own, called);
    // Of the newest version of the base the classes may know more than any step said; the older ones follow from it.
    const isNewest = version.version === base.version;
    const lines = printDifferences(isNewest ? found : found.map(({ place, what }) => ({ place, what })));
    const given = `every migration from version ${base.version} on, as it was, and the base that was written at that version`;
    refuse(
      { version: version.version },
      `the classes and migrations do not lead back to version ${base.version} of the base:\n${lines}`,
      isNewest
        ? `give ${given}; if they are all there, no step says what the classes changed: the step stands below each ` +
            `difference, and goes into a migration that is not published yet, such as one with from: ${newest}`
        : `give ${given}`,
    );
  });
}

/** What is wrong with a version is put right in the migration that leads to it; version 1 follows from all of them. */
function placeOfVersion(version: number, chain: readonly RecordedMigration[], first: number): Place {
  const migration = chain[version - first - 1];
  return migration === undefined ? { version } : placeOf(migration);
}
