import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import type { RegionOptions } from '../dynamo/regions.js';
import { assertWritableTable, ensureWritableTable } from '../dynamo/table.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { publishInto, type PublishResult, type RegistrySettings } from '../registry/publish.js';
import { Registry } from '../registry/registry.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import { assertOptions, type Objection, placeRules } from './call-options.js';

export interface PublishOptions extends RegistrySettings, RegionOptions {
  readonly schema: PublishableSchema;
  readonly table: string;
  readonly client: DynamoClient;
  /** The names of the table's key attributes; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  /** True to create the table where it is missing. */
  readonly createTable?: boolean;
}

/**
 * Publishes every version of a schema that the table's registry does not have, in order. Run it before each deploy. Safe
 * to repeat, and to run from two places at once. Nothing is ever taken back by it.
 *
 * Costs a DescribeTable, a Query of the registry, a conditional write for each new version and 65 small writes for the
 * fences; where versions are missing, a Query of the census; and, until the first application has written, a Scan that ends at the first item found.
 *
 * @example
 * const { published } = await publish({ schema: shop, table: 'shop', client });   // [1, 2] the first time, [] afterwards
 *
 * @throws StoreOptionError where an option is unknown or not what it takes.
 * @throws PastChangedError where a published version has another content here; VersionTakenError where another branch
 * published its own version of a number first; WithdrawUnfinishedError where a withdraw was stopped;
 * TooManyKeyPathsError where, with what older versions still ask for in the table, an item would need more than 100 actions; OtherSchemaError,
 * VersionGapError, RegistrySettingError; LibraryInUseTooOldError where an application that was seen in the last 24 hours uses
 * a release of Ductile that cannot carry out what is new; LibraryTooOldError where the registry has what this release cannot carry out.
 * @throws OutcomeUnknownError where no attempt at an entry was answered: call again, nothing is published twice.
 * @throws TableNotFoundError, TableKeysError, CredentialsError, AccessDeniedError, EndpointError, SdkMismatchError;
 * ReplicatedTableError where the table has replicas and `replicas: 'read-only'` is not said.
 */
export async function publish(options: PublishOptions): Promise<PublishResult> {
  assertOptions('publish', options, RULES);
  return (await publishTo(options)).result;
}

/** What a publish found, and what it left. */
export interface Published {
  readonly result: PublishResult;
  readonly before: Knowledge;
  readonly after: Knowledge;
}

/** What a publish did to a table that it may have created. */
export interface PublishedTo extends Published {
  readonly createdTable: boolean;
}

/** `publish`, with what the registry knew before and after. */
export async function publishTo(options: PublishOptions): Promise<PublishedTo> {
  const createdTable = options.createTable === true && (await ensureWritableTable(options));
  if (options.createTable !== true) await assertWritableTable(options);
  return { ...(await publishOver(await openGateway(options), options)), createdTable };
}

/** The same over the gateway of a table that is there. */
export async function publishOver(
  gateway: Gateway,
  { schema, ...settings }: Pick<PublishOptions, 'schema' | keyof RegistrySettings>,
): Promise<Published> {
  const registry = await Registry.open(gateway);
  const before = registry.knowledge;
  const result = await publishInto(registry, gateway, schema, settings);
  return { result, before, after: registry.knowledge };
}

/** What the settings may be is the registry's to say. */
const RULES = {
  ...placeRules,
  registryMaxAge: () => undefined,
  createGuard: () => undefined,
} satisfies Record<keyof PublishOptions, Objection>;
