import { differences, printDifferences, type Difference } from '../schema/differences.js';
import type { MigrationModel, SchemaVersion } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { canonicalJson } from '../values/canonical-json.js';
import { OtherSchemaError, PastChangedError, VersionTakenError } from './errors.js';
import type { Knowledge, PublishedVersion } from './knowledge.js';

/** What of a schema is published: every version that its sources yield, as data. */
export type PublishableSchema = Pick<Schema, 'name' | 'version' | 'versions' | 'migrations' | 'hashes'>;

/** One version with what leads to it. */
export interface VersionSource {
  readonly schema: SchemaVersion;
  readonly hash: string;
  readonly migration?: MigrationModel;
}

/** A version of the sources; undefined where they do not reach so far (back). */
export function versionOf(schema: PublishableSchema, version: number): VersionSource | undefined {
  const index = schema.versions.findIndex((candidate) => candidate.version === version);
  if (index < 0) return undefined;
  const migration = schema.migrations.find(({ from }) => from === version - 1);
  return {
    schema: schema.versions[index]!,
    hash: schema.hashes[index]!,
    ...(migration === undefined ? {} : { migration }),
  };
}

/**
 * Refuses a schema that is not the one that the table holds, or whose published versions are not the published ones.
 *
 * @throws OtherSchemaError, PastChangedError, VersionTakenError
 */
export function assertSamePast(knowledge: Knowledge, schema: PublishableSchema, table: string): void {
  assertSchemaName(knowledge, schema, table);
  for (const { version } of schema.versions) {
    const published = knowledge.versions.get(version);
    if (published !== undefined) assertSameVersion(published, schema, knowledge);
  }
}

export function assertSchemaName(knowledge: Knowledge, schema: PublishableSchema, table: string): void {
  if (knowledge.epoch === 0 || knowledge.schemaName === schema.name) return;
  throw new OtherSchemaError(
    `Table ${table} holds the schema '${knowledge.schemaName}', and this application's is '${schema.name}'. One table ` +
      `holds one schema: use another table, or the name that was published.`,
    { table, schema: schema.name, published: knowledge.schemaName },
  );
}

function assertSameVersion(published: PublishedVersion, schema: PublishableSchema, knowledge: Knowledge): void {
  const { version } = published;
  const own = versionOf(schema, version);
  if (own === undefined || own.hash === published.hash) return;
  const found = differences(published.schema, own.schema);
  const { newestVersion } = knowledge;
  const facts = { schema: schema.name, version };
  // The first version follows no other.
  if (version > 1 && !knowsLater(schema, version, knowledge)) {
    throw new VersionTakenError(
      takenText(published, own, newestVersion, `Version ${version} of schema '${schema.name}'`, found),
      { ...facts, from: newestVersion },
    );
  }
  const back = version === 1 ? 'the classes back as they were' : `the migration from ${version - 1} back as it was`;
  throw new PastChangedError(
    `Version ${version} of schema '${schema.name}' is published, and this application's sources yield another.` +
      `${shown(found)}\nA published version never changes: put ${back}, and say the change in a migration with ` +
      `from: ${newestVersion}.`,
    facts,
  );
}

/** Whether the sources have a later migration that is published: then they were merged with what came after the version. */
function knowsLater(schema: PublishableSchema, version: number, { versions }: Knowledge): boolean {
  return schema.migrations.some((own) => {
    const published = own.from < version ? undefined : versions.get(own.from + 1)?.migration;
    return published !== undefined && canonicalJson(published) === canonicalJson(own);
  });
}

/**
 * An edited migration usually keeps its description, but that of another branch may have the same. No step stands below
 * a difference, unless it gives a type its published name: what the other branch added is not to be removed, and what
 * this one adds stands in its migration already.
 */
function takenText(
  published: PublishedVersion,
  own: VersionSource,
  newest: number,
  version: string,
  found: readonly Difference[],
): string {
  const [theirs = '', ours = ''] = [published.migration?.description, own.migration?.description];
  const branch = `merge it, and renumber this branch's migration to from: ${newest}, so that it leads to version ${newest + 1}.`;
  return (
    `${version} is taken: the table has one (“${theirs}”) that differs from this application's (“${ours}”).` +
    `${shown(found.map(withoutSteps))}\n` +
    (found.some(({ naming }) => naming !== undefined)
      ? 'If what seems to have another name is the same type, give it the published one. '
      : '') +
    (theirs === ours
      ? `If another branch published first, ${branch} If this migration was edited after it had been published, put it ` +
        `back as it was, and say the change in a migration with from: ${newest}.`
      : `Another branch published first: ${branch}`)
  );
}

const withoutSteps = ({ place, what, naming }: Difference): Difference => ({
  place,
  what,
  ...(naming !== undefined && { step: naming }),
});

/** At most this many: the first ones show what happened. */
const MOST = 12;

function shown(found: readonly Difference[]): string {
  if (found.length === 0) return '\n  - what its migration tells older or newer readers differs';
  const more = found.length - MOST;
  return `\n${printDifferences(found.slice(0, MOST))}${more > 0 ? `\n  - and ${more} more` : ''}`;
}
