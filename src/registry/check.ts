import type { Gateway } from '../table/gateway.js';
import { AutoPublishError, NotPublishedError } from './errors.js';
import type { Knowledge, PublishedVersion } from './knowledge.js';
import { assertSameVersion, assertSchemaName, type PublishableSchema } from './past.js';

/**
 * The published version that an application is compiled at. It need not be the newest: an old binary may start at any
 * time.
 *
 * @throws NotPublishedError, PastChangedError, VersionTakenError, OtherSchemaError
 */
export function assertCompiled(knowledge: Knowledge, schema: PublishableSchema, table: string): PublishedVersion {
  assertSchemaName(knowledge, schema, table);
  const published = knowledge.versions.get(schema.version);
  if (published === undefined) throw notPublished(knowledge, schema, table);
  assertSameVersion(published, schema, knowledge.newestVersion);
  return published;
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
      `(${state}). Publish it first: publish({ schema, table: '${table}', client }); with a local engine, ` +
      `openStore({ …, publish: 'auto' }) does so.`,
    { table, schema: name, version, newest: knowledge.newestVersion },
  );
}
