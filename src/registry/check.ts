import type { Gateway } from '../table/gateway.js';
import { AutoPublishError, NotPublishedError, VersionRetiredError, type WhyRetired } from './errors.js';
import type { Knowledge, PublishedVersion } from './knowledge.js';
import { assertSamePast, assertSchemaName, type PublishableSchema } from './past.js';

/**
 * The published version that an application is compiled at. It need not be the newest: an old binary may start at any
 * time. But what came before it in its sources is what was published: else they tell two stories of one table.
 *
 * @throws NotPublishedError, PastChangedError, VersionTakenError, OtherSchemaError; VersionRetiredError where it was
 * withdrawn
 */
export function assertCompiled(knowledge: Knowledge, schema: PublishableSchema, table: string): PublishedVersion {
  assertSchemaName(knowledge, schema, table);
  const published = knowledge.versions.get(schema.version);
  if (published === undefined) {
    if (isWithdrawn(knowledge, schema)) throw retired(knowledge, compiledOf(schema), table, 'withdrawn');
    throw notPublished(knowledge, schema, table);
  }
  assertSamePast(knowledge, schema, table);
  return published;
}

/**
 * Refuses sources that are not those of the table, or whose newest version is yet to be published: who acts by them would
 * take for done what is not. Sources of a version that was taken back are those of the versions before it.
 *
 * @throws NotPublishedError, PastChangedError, VersionTakenError, OtherSchemaError
 */
export function assertSources(knowledge: Knowledge, schema: PublishableSchema, table: string): void {
  assertAnyPublished(knowledge, table, schema);
  assertSamePast(knowledge, schema, table);
  if (!knowledge.versions.has(schema.version) && !isWithdrawn(knowledge, schema)) {
    throw notPublished(knowledge, schema, table);
  }
}

/** @throws NotPublishedError where no version of any schema was ever published */
export function assertAnyPublished(knowledge: Knowledge, table: string, schema?: PublishableSchema): void {
  // Where the only one was taken back its rows may still be to go.
  if (knowledge.newestVersion > 0 || knowledge.withdrawn.length > 0) return;
  if (schema !== undefined) throw notPublished(knowledge, schema, table);
  throw new NotPublishedError(
    `No version of a schema is published in table ${table}. Publish one first: \`ductile publish\`, or publish({ schema, ` +
      `table: '${table}', client }).`,
    { table, newest: 0 },
  );
}

function isWithdrawn({ withdrawn }: Knowledge, schema: PublishableSchema): boolean {
  const compiled = compiledOf(schema);
  return withdrawn.some(({ version, hash }) => version === compiled.version && hash === compiled.hash);
}

/** The version of a schema that an application is compiled at. */
export interface Compiled {
  /** The schema's. */
  readonly name: string;
  readonly version: number;
  /** Of the version's content, as it was compiled. */
  readonly hash: string;
}

export function compiledOf({ name, version, versions, hashes }: PublishableSchema): Compiled {
  return { name, version, hash: hashes[versions.findIndex((candidate) => candidate.version === version)]! };
}

/**
 * Refuses a version that is below the floor, or was withdrawn (and perhaps published anew with another content). To be
 * asked before every attempt at a write, with what is known then.
 *
 * @throws VersionRetiredError
 */
export function assertMayWrite(knowledge: Knowledge, compiled: Compiled, table: string): void {
  // Where there is no way back, the message must not name one.
  assertMayRead(knowledge, compiled, table);
  if (compiled.version < knowledge.floor.version) throw retired(knowledge, compiled, table, 'below the floor');
}

/**
 * Refuses a version whose reads would miss what is being dropped, or that was withdrawn. One that is only retired still
 * reads what it did.
 *
 * @throws VersionRetiredError
 */
export function assertMayRead(knowledge: Knowledge, compiled: Compiled, table: string): void {
  const { dropping } = knowledge;
  const isDropped = dropping !== undefined && compiled.version < dropping.version;
  const why = isDropped ? 'dropped' : whyTakenBack(knowledge, compiled);
  if (why !== undefined) throw retired(knowledge, compiled, table, why);
}

function whyTakenBack({ versions }: Knowledge, { version, hash }: Compiled): WhyRetired | undefined {
  const published = versions.get(version);
  if (published === undefined) return 'withdrawn';
  return published.hash === hash ? undefined : 'published anew';
}

function retired(
  { floor }: Knowledge,
  { name, version }: Compiled,
  table: string,
  why: WhyRetired,
): VersionRetiredError {
  return new VersionRetiredError(name, version, table, why, floor.version);
}

/**
 * Refuses `publish: 'auto'` where the endpoint is not loopback.
 *
 * @throws AutoPublishError
 */
export function assertAutoPublish({ loopback, table }: Pick<Gateway, 'loopback' | 'table'>): void {
  if (loopback) return;
  throw new AutoPublishError(
    `publish: 'auto' is for local engines, and the client of table ${table} has no loopback endpoint. Publish before ` +
      `you deploy: publish({ schema, table: '${table}', client }).`,
    { table },
  );
}

function notPublished(knowledge: Knowledge, { name, version }: PublishableSchema, table: string): NotPublishedError {
  const state = knowledge.newestVersion === 0 ? 'no version is' : `the newest is version ${knowledge.newestVersion}`;
  return new NotPublishedError(
    `This application is compiled at version ${version} of schema '${name}', which is not published in table ${table} ` +
      `(${state}). Publish it first: \`ductile publish\`, or publish({ schema, table: '${table}', client }); with a local engine, ` +
      `openStore({ …, publish: 'auto' }) does so.`,
    { table, schema: name, version, newest: knowledge.newestVersion },
  );
}
