import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertTable, createTable } from '../dynamo/table.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertAutoPublish, assertCompiled } from '../registry/check.js';
import { activate } from '../registry/decisions.js';
import { publishInto } from '../registry/publish.js';
import { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import { assertOptions, type Objection, placeRules } from './call-options.js';
import type { StoreContext } from './context.js';
import { KeyAttributeTakenError, StoreClosedError } from './errors.js';
import { LiveViews } from './live-views.js';
import { once } from './once.js';
import type { Store } from './store.js';
import { TableStore } from './table-store.js';

export interface OpenStoreOptions {
  /** What `defineSchema` gave. */
  readonly schema: Schema;
  /** The name of the table. */
  readonly table: string;
  /** The user's client. Ductile sends requests through it and changes nothing about it. */
  readonly client: DynamoClient;
  /** The names of the table's two key attributes, both strings; `pk` and `sk` unless said otherwise. */
  readonly keys?: KeyAttributes;
  /** Create the table where it is missing, paid per request. */
  readonly createTable?: boolean;
  /** Publish the schema's versions that are missing. For local engines: refused unless the endpoint is loopback. */
  readonly publish?: 'auto';
  /** Take the answers of key paths that are still being filled with old items as they are, in every read. */
  readonly incomplete?: 'allow';
}

/**
 * Opens a table for one schema version: the one that the application is compiled at. It must be a published version,
 * with the same content, and need not be the newest: an old release may start at any time.
 *
 * Costs one DescribeTable and one Query of the registry for each megabyte; with `publish: 'auto'` on a table where
 * versions are missing, what `publish` costs. Before its first write a store says once in the registry that its version
 * is in use.
 *
 * @example
 * const store = await openStore({ schema: shop, table: 'shop', client: new DynamoDBClient({}) });
 * const orders = store.repository(Order);
 *
 * @throws StoreOptionError where an option is unknown or not what it takes.
 * @throws TableNotFoundError, TableKeysError, CredentialsError, AccessDeniedError, EndpointError.
 * @throws NotPublishedError, PastChangedError, VersionTakenError, OtherSchemaError where the schema is not what the
 *   table's registry has; AutoPublishError.
 * @throws KeyAttributeTakenError where a field is stored under the name of a key attribute of the table.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  assertOptions('openStore', options, RULES);
  const { schema, table, client, keys } = options;
  const place = { client, table, ...(keys === undefined ? {} : { keys }) };
  const gateway = await openGateway(place);
  assertStorageNames(schema, gateway);
  if (options.publish === 'auto') assertAutoPublish(gateway);
  await (options.createTable === true ? createTable(place) : assertTable(place));

  return openStoreOver(gateway, options);
}

/** Opens a store over a gateway to a table that is there. */
export async function openStoreOver(
  gateway: Gateway,
  { schema, publish, incomplete }: Pick<OpenStoreOptions, 'schema' | 'publish' | 'incomplete'>,
): Promise<Store> {
  const registry = await Registry.open(gateway);
  if (publish === 'auto') await publishInto(registry, gateway, schema);
  assertCompiled(registry.knowledge, schema, gateway.table);
  return storeOf(schema, gateway, registry, incomplete === 'allow');
}

function storeOf(schema: Schema, gateway: Gateway, registry: Registry, allowIncomplete: boolean): Store {
  let open = true;
  const announce = once(async () => void (await registry.append(activate(schema.version))));
  const context: StoreContext = {
    schema,
    gateway,
    registry,
    views: new LiveViews(schema, registry),
    writer: new ItemWriter(gateway, registry, announce),
    allowIncomplete,
    assertOpen() {
      if (!open) throw new StoreClosedError(gateway.table);
    },
  };
  return new TableStore(context, () => {
    open = false;
  });
}

const RULES = {
  ...placeRules,
  publish: (value) => (value === undefined || value === 'auto' ? undefined : "is 'auto', or left out"),
  incomplete: (value) => (value === undefined || value === 'allow' ? undefined : "is 'allow', or left out"),
} satisfies Record<keyof OpenStoreOptions, Objection>;

/** A field under the name of a key attribute would overwrite the row's key, in whichever version it is. */
function assertStorageNames({ versions }: Schema, { keys, table }: Gateway): void {
  for (const { types } of versions) {
    for (const type of Object.values(types)) {
      const taken = type.fields.find(({ storageName }) => storageName === keys.pk || storageName === keys.sk);
      if (taken !== undefined) throw new KeyAttributeTakenError(type.name, taken.name, taken.storageName, table);
    }
  }
}
