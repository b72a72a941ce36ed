import type { Knowledge } from '../../registry/knowledge.js';
import { pendingWarnings } from '../../registry/pending-warnings.js';
import type { SchemaWarning } from '../../schema/warnings.js';
import { type Published, type PublishOptions, publishTo } from '../../store/publish.js';
import { previewPublish } from '../../store/publish-preview.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/publish.js';
import { duration } from '../terminal/duration.js';
import { nextIn } from './next-step.js';
import { lines, warningText } from './text.js';

export const publishCommand: ActionOf<typeof spec.publishCommand> = async (context, values) => {
  const { 'create-table': creates, 'registry-max-age': age, 'create-guard': createGuard, replicas } = values;
  const options: PublishOptions = {
    ...(await context.place()),
    schema: await context.schema(),
    createTable: creates === true,
    ...(age === undefined ? {} : { registryMaxAge: age * 1000 }),
    ...(createGuard === undefined ? {} : { createGuard }),
    ...(replicas === undefined ? {} : { replicas }),
  };
  return values['dry-run'] === true ? wouldPublish(context, options) : published(context, options);
};

async function published(context: Context, options: PublishOptions): Promise<Outcome> {
  const done = await publishTo(options);
  const { schema, table } = options;
  const changes = changesOf(done);
  const text = lines(
    done.createdTable ? `Created table ${table}.` : undefined,
    versionsText(done, options, 'Published'),
    ...changes.map((change) => `Changed ${change}.`),
    ...warningsOf(done).map(warningText),
  );
  return {
    text: text || `Nothing to publish: table ${table} has version ${schema.version} of schema '${schema.name}'.`,
    json: {
      table,
      schema: schema.name,
      createTable: done.createdTable,
      ...done.result,
      ...settingsOf(done),
      ...warningsIn(done),
    },
    ...nextIn(context, done.after),
  };
}

async function wouldPublish(context: Context, options: PublishOptions): Promise<Outcome> {
  const preview = await previewPublish(options);
  const { schema, table } = options;
  const { createsTable } = preview;
  const changes = changesOf(preview);
  const text = lines(
    createsTable ? `Would create table ${table}.` : undefined,
    versionsText(preview, options, 'Would publish'),
    ...changes.map((change) => `Would change ${change}.`),
    ...warningsOf(preview).map(warningText),
  );
  const nothing = `Would publish nothing: table ${table} has version ${schema.version} of schema '${schema.name}'.`;
  const { published: versions } = preview.result;
  const json = { dryRun: true, table, schema: schema.name, createTable: createsTable, published: versions };
  return {
    text: text || nothing,
    json: { ...json, ...settingsOf(preview), ...warningsIn(preview) },
    next: text === '' ? undefined : context.realCommand,
  };
}

function versionsText({ result }: Published, { schema, table }: PublishOptions, done: string): string | undefined {
  const versions = result.published;
  if (versions.length === 0) return undefined;
  const which = versions.length === 1 ? `version ${versions[0]}` : `versions ${versions.join(', ')}`;
  return `${done} ${which} of schema '${schema.name}' to table ${table}.`;
}

/** About the versions that it added. */
const warningsOf = ({ result, after }: Published): readonly SchemaWarning[] =>
  pendingWarnings(after).filter(({ version }) => result.published.includes(version));

function warningsIn(done: Published): { readonly warnings?: readonly SchemaWarning[] } {
  const warnings = warningsOf(done);
  return warnings.length === 0 ? {} : { warnings };
}

type Settings = Pick<Knowledge, 'registryMaxAge' | 'createGuard'>;

/** The settings that are not what they were. The first ones of a table are no change. */
function settingsOf({ before, after }: Published): { readonly settings?: Partial<Settings> } {
  if (before.epoch === 0) return {};
  const { registryMaxAge, createGuard } = after;
  const settings = {
    ...(registryMaxAge === before.registryMaxAge ? {} : { registryMaxAge }),
    ...(createGuard === before.createGuard ? {} : { createGuard }),
  };
  return Object.keys(settings).length === 0 ? {} : { settings };
}

function changesOf(done: Published): readonly string[] {
  const { registryMaxAge, createGuard } = settingsOf(done).settings ?? {};
  const { before } = done;
  return [
    ...(registryMaxAge === undefined
      ? []
      : [`registry-max-age from ${duration(before.registryMaxAge)} to ${duration(registryMaxAge)}`]),
    ...(createGuard === undefined ? [] : [`create-guard from ${before.createGuard} to ${createGuard}`]),
  ];
}
