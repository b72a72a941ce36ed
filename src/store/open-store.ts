import type { DynamoClient } from '../dynamo/client.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertTable, createTable } from '../dynamo/table.js';
import type { StricterGuard } from '../protocol/create-guard.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertAutoPublish, assertCompiled, assertMayRead, assertMayWrite, compiledOf } from '../registry/check.js';
import { activate } from '../registry/decisions.js';
import { VersionRetiredError } from '../registry/errors.js';
import type { Knowledge } from '../registry/knowledge.js';
import { publishInto } from '../registry/publish.js';
import { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import { assertOptions, type Objection, placeRules } from './call-options.js';
import type { StoreContext } from './context.js';
import { KeyAttributeTakenError, StoreClosedError, StoreOptionError } from './errors.js';
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
  /**
   * Guard this process's creates by a fence, whatever the registry records: for clients whose requests are signed, cached
   * or dated by something of your own (DAX, a signing proxy).
   */
  readonly createGuard?: 'fence';
  /** In milliseconds: how old this process's knowledge of the registry may be in a create; at most what the registry records. */
  readonly registryMaxAge?: number;
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
 *   table's registry has; AutoPublishError; VersionRetiredError where the version was retired or withdrawn;
 *   LibraryTooOldError where the registry has an entry that this release of Ductile cannot carry out; it names one that can.
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
  options: Omit<OpenStoreOptions, 'table' | 'client' | 'keys' | 'createTable'>,
): Promise<Store> {
  const { schema, publish, incomplete } = options;
  const registry = await Registry.open(gateway);
  if (publish === 'auto') await publishInto(registry, gateway, schema);
  assertCompiled(registry.knowledge, schema, gateway.table);
  assertMayWrite(registry.knowledge, compiledOf(schema), gateway.table);
  return storeOf(schema, gateway, registry, incomplete === 'allow', stricterGuard(registry.knowledge, options));
}

function storeOf(
  schema: Schema,
  gateway: Gateway,
  registry: Registry,
  allowIncomplete: boolean,
  guard: StricterGuard,
): Store {
  let open = true;
  const compiled = compiledOf(schema);
  const mayWrite: Allows = (knowledge) => assertMayWrite(knowledge, compiled, gateway.table);
  const mayRead: Allows = (knowledge) => assertMayRead(knowledge, compiled, gateway.table);
  const inUse = once(async () => void (await registry.append(activate(schema.version, mayWrite))));
  const announce = async (): Promise<void> => {
    if (!isAllowed(mayWrite, registry)) await askAgain(mayWrite, registry);
    await inUse();
  };
  const context: StoreContext = {
    schema,
    gateway,
    registry,
    views: new LiveViews(schema, registry),
    writer: new ItemWriter({ gateway, registry, announce, assertMayWrite: mayWrite, guard }),
    allowIncomplete,
    assertOpen() {
      if (!open) throw new StoreClosedError(gateway.table);
    },
    beforeRead: () => (isAllowed(mayRead, registry) ? undefined : askAgain(mayRead, registry)),
    assertMayRead: () => mayRead(registry.knowledge),
  };
  return new TableStore(context, () => {
    open = false;
  });
}

/** Throws where what is known forbids it. */
type Allows = (knowledge: Knowledge) => void;

/** What was taken away may have been given back. Costs a Query. */
async function askAgain(allows: Allows, registry: Registry): Promise<void> {
  allows(await registry.refresh());
}

function isAllowed(allows: Allows, { knowledge }: Registry): boolean {
  try {
    allows(knowledge);
    return true;
  } catch (error) {
    if (error instanceof VersionRetiredError) return false;
    throw error;
  }
}

/** A process may only be stricter than the registry: what is looser would let it write after a drain. */
function stricterGuard(
  { registryMaxAge: recorded }: Knowledge,
  { createGuard, registryMaxAge }: Pick<OpenStoreOptions, 'createGuard' | 'registryMaxAge'>,
): StricterGuard {
  if (registryMaxAge !== undefined && registryMaxAge > recorded) {
    throw new StoreOptionError(
      'openStore',
      'registryMaxAge',
      `is ${registryMaxAge}, and the registry of the table records ${recorded}: a process may only be stricter. Change ` +
        `it for the whole table with publish({ …, registryMaxAge }), or leave it out`,
    );
  }
  return {
    ...(createGuard === undefined ? {} : { createGuard }),
    ...(registryMaxAge === undefined ? {} : { registryMaxAge }),
  };
}

const RULES = {
  ...placeRules,
  createGuard: (value) =>
    value === undefined || value === 'fence'
      ? undefined
      : "is 'fence', or left out: a process may only be stricter than the registry, and publish sets that",
  registryMaxAge: (value) =>
    value === undefined || (Number.isSafeInteger(value) && (value as number) > 0)
      ? undefined
      : 'is a whole number of milliseconds above 0',
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
