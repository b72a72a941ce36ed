import { isDeepStrictEqual } from 'node:util';
import { SnapshotError } from './errors.js';
import { deepFreeze } from './freeze.js';
import { hashOf } from './hash.js';
import type { MigrationModel, SchemaVersion } from './model.js';
import type { Schema } from './schema.js';

/**
 * A compiled schema as data: everything that `publish` and the functions of `ductile/operator` need of one, without the
 * classes. What `JSON.parse` makes of a file that `printSnapshot` wrote may be given to them as `schema`, once `readSnapshot`
 * has checked it.
 */
export interface SchemaSnapshot {
  /** Of this file: 1. */
  readonly format: 1;
  readonly name: string;
  /** The version that the sources were compiled at. */
  readonly version: number;
  readonly versions: readonly SchemaVersion[];
  readonly migrations: readonly MigrationModel[];
  /** One for each version, in order. */
  readonly hashes: readonly string[];
}

/** A schema without its classes: a snapshot is one, too. */
type Compiled = Pick<Schema, 'name' | 'version' | 'versions' | 'migrations' | 'hashes'>;

/**
 * The snapshot of a schema, or of what it was at an older version. Pure.
 *
 * @throws RangeError where the schema does not have that version
 *
 * @example
 * writeFileSync('shop.schema.json', printSnapshot(snapshotOf(shop)));
 */
export function snapshotOf(
  { name, version: newest, versions, migrations, hashes }: Compiled,
  { version = newest }: { readonly version?: number } = {},
): SchemaSnapshot {
  const count = versions.findIndex((each) => each.version === version) + 1;
  if (count === 0) throw new RangeError(`Schema '${name}' has versions 1 to ${newest}; ${version} is none of them.`);
  return deepFreeze({
    format: 1,
    name,
    version,
    versions: versions.slice(0, count),
    migrations: migrations.slice(0, count - 1),
    hashes: hashes.slice(0, count),
  });
}

/** A snapshot as text, the same for the same schema: to be committed beside the code, and compared line by line. */
export const printSnapshot = (snapshot: SchemaSnapshot): string => `${JSON.stringify(snapshot, undefined, 2)}\n`;

/**
 * Checks what was read from the file of a snapshot: its form, and that every version has the hash that it says.
 *
 * @param json what `JSON.parse` made of it
 * @throws SnapshotError where it is no snapshot, or was changed by hand
 */
export function readSnapshot(json: unknown): SchemaSnapshot {
  if (!isSnapshot(json)) throw new SnapshotError('it is no schema that was written by `ductile snapshot`');
  const { format, version, versions, migrations, hashes } = json;
  if (format !== 1)
    throw new SnapshotError(`it has format ${String(format)}, and this release of Ductile reads format 1`);
  if (versions.at(-1)?.version !== version || versions.length !== hashes.length) {
    throw new SnapshotError(`its versions do not end at version ${version}`);
  }
  versions.forEach((each, i) => {
    const leading = migrations.find(({ from }) => from === each.version - 1);
    if (i > 0 && leading === undefined) throw new SnapshotError(`the migration to version ${each.version} is missing`);
    if (hashWhereItHasOne(each, leading) !== hashes[i]) {
      throw new SnapshotError(`version ${each.version} does not have the hash that it says`);
    }
  });
  return deepFreeze(json);
}

/** What is no version at all has no hash. */
function hashWhereItHasOne(version: SchemaVersion, migration: MigrationModel | undefined): string | undefined {
  try {
    return hashOf(version, migration);
  } catch {
    return undefined;
  }
}

const PARTS: Readonly<Record<keyof SchemaSnapshot, (value: unknown) => boolean>> = {
  format: (value) => typeof value === 'number',
  name: (value) => typeof value === 'string',
  version: (value) => typeof value === 'number',
  versions: Array.isArray,
  migrations: Array.isArray,
  hashes: Array.isArray,
};

function isSnapshot(json: unknown): json is SchemaSnapshot {
  if (typeof json !== 'object' || json === null) return false;
  const names = Object.keys(PARTS);
  return (
    isDeepStrictEqual(Object.keys(json).sort(), names.sort()) &&
    Object.entries(PARTS).every(([name, is]) => is((json as Record<string, unknown>)[name]))
  );
}
