import { TableNotFoundError } from '../../dynamo/errors.js';
import type { Session } from '../../operator/session.js';
import { assertSamePast, type PublishableSchema } from '../../registry/past.js';
import { publish } from '../../store/publish.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';
import { choice, flag, number } from '../option.js';
import { nextLine } from './next-step.js';
import { look } from './step.js';

export const publishCommand = command({
  name: 'publish',
  summary: 'Add the versions of the schema that the table does not have',
  about:
    'Run it before each deploy. It changes no version that is published, takes none back, and does nothing where all ' +
    'are there. A key path that is new to a table in use is filled by `ductile backfill run`.',
  options: {
    ...tableOptions,
    'create-table': flag('create the table where it is missing, paid per request'),
    'registry-max-age': number('SECONDS', 'how old the knowledge of a process may be when it creates an item', 1),
    'create-guard': choice(['age', 'fence'], 'how creates are kept from processes that slept'),
    ...dryRun,
  },
  async run(context, values) {
    const { table, ...place } = await context.place();
    const schema = await context.schema();
    const createTable = values['create-table'] === true;
    if (values['dry-run'] === true) return wouldPublish(context, createTable);
    const { 'registry-max-age': age, 'create-guard': createGuard } = values;
    const { published, ...rest } = await publish({
      ...{ ...place, table, schema, createTable },
      ...(age === undefined ? {} : { registryMaxAge: age * 1000 }),
      ...(createGuard === undefined ? {} : { createGuard }),
    });
    const { registry } = await look(context);
    return {
      text:
        published.length === 0
          ? `Nothing to publish: table ${table} has version ${schema.version} of schema '${schema.name}'.`
          : `Published ${versionsText(published)} of schema '${schema.name}' to table ${table}.`,
      json: { table, schema: schema.name, published, ...rest },
      next: nextLine(context, registry.knowledge),
    };
  },
});

async function wouldPublish(context: Context, createTable: boolean): Promise<Outcome> {
  const schema = await context.schema();
  const { table } = await context.place();
  const session = await look(context, assertSamePast).catch((error: unknown) => {
    if (createTable && error instanceof TableNotFoundError) return undefined;
    throw error;
  });
  const published = missingFrom(session, schema);
  const creates = session === undefined ? `Would create table ${table}.\n` : '';
  return {
    text:
      creates +
      (published.length === 0
        ? `Would publish nothing: table ${table} has version ${schema.version} of schema '${schema.name}'.`
        : `Would publish ${versionsText(published)} of schema '${schema.name}' to table ${table}.`),
    json: { dryRun: true, table, schema: schema.name, createTable: session === undefined, published },
  };
}

function missingFrom(session: Session | undefined, { versions }: PublishableSchema): readonly number[] {
  const newest = session?.registry.knowledge.newestVersion ?? 0;
  return versions.map(({ version }) => version).filter((version) => version > newest);
}

const versionsText = (versions: readonly number[]): string =>
  versions.length === 1 ? `version ${versions[0]}` : `versions ${versions.join(', ')}`;
