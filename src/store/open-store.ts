import type { DynamoClient } from '../dynamo/client.js';
import type { RegionOptions } from '../dynamo/regions.js';
import type { StricterGuard } from '../protocol/create-guard.js';
import { ItemWriter } from '../protocol/writer.js';
import { assertCompiled, assertMayRead, assertMayWrite, compiledOf } from '../registry/check.js';
import type { CensusTaker } from '../registry/census.js';
import { activate } from '../registry/decisions.js';
import type { CreateGuard } from '../registry/content.js';
import { NotAnnouncedError, VersionRetiredError } from '../registry/errors.js';
import type { Knowledge } from '../registry/knowledge.js';
import { publishInto } from '../registry/publish.js';
import { Registry } from '../registry/registry.js';
import type { Schema } from '../schema/schema.js';
import { OutcomeUnknownError } from '../table/errors.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import { type Objection, placeRules } from './call-options.js';
import type { StoreContext } from './context.js';
import { KeyAttributeTakenError, StoreClosedError, StoreOptionError } from './errors.js';
import { LiveViews } from './live-views.js';
import { once } from './once.js';
import type { Store } from './store.js';
import { TableStore } from './table-store.js';
import { Turns } from './turns.js';

/** How a store is opened that works on nothing by itself. */
export interface StoreOptions extends RegionOptions {
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
   * `fence`: guard this process's creates by a fence, whatever the registry records: for clients whose requests are signed,
   * cached or dated by something of your own (DAX, a signing proxy). `age` only where the registry records it.
   */
  readonly createGuard?: CreateGuard;
  /** In milliseconds: how old this process's knowledge of the registry may be in a create; at most what the registry records. */
  readonly registryMaxAge?: number;
  /** What this release is called in the census, such as the hash of a commit: 1 to 128 characters. */
  readonly build?: string;
  /**
   * Leave this process out of the census, which tells operators the versions that are in use. For processes that may not
   * write, or that nobody needs to wait for.
   */
  readonly census?: false;
}

/** What works beside a store. */
export interface Beside {
  /** Told what the store does. */
  readonly census?: CensusTaker;
  /** Ends what works for the store, when it is closed; may be called again. */
  readonly closing?: () => Promise<void>;
}

/**
 * Opens a store over a gateway to a table that is there.
 *
 */
export async function openStoreOver(
  gateway: Gateway,
  options: Omit<StoreOptions, 'table' | 'client' | 'keys' | 'createTable' | 'replicas' | 'build' | 'census'>,
  beside: Beside = {},
): Promise<Store> {
  const { schema, publish, incomplete } = options;
  const registry = await Registry.open(gateway);
  if (publish === 'auto') await publishInto(registry, gateway, schema);
  assertCompiled(registry.knowledge, schema, gateway.table);
  assertMayWrite(registry.knowledge, compiledOf(schema), gateway.table);
  return storeOf(schema, gateway, registry, incomplete === 'allow', stricterGuard(registry.knowledge, options), beside);
}

function storeOf(
  schema: Schema,
  gateway: Gateway,
  registry: Registry,
  allowIncomplete: boolean,
  guard: StricterGuard,
  { census, closing }: Beside,
): Store {
  let open = true;
  const compiled = compiledOf(schema);
  const mayWrite: Allows = (knowledge) => assertMayWrite(knowledge, compiled, gateway.table);
  const mayRead: Allows = (knowledge) => assertMayRead(knowledge, compiled, gateway.table);
  const inUse = once(() => enterAsActive(registry, schema.version, mayWrite, gateway.table));
  const announce = async (): Promise<void> => {
    if (!isAllowed(mayWrite, registry)) await askAgain(mayWrite, registry);
    await inUse();
    census?.seen();
  };
  const context: StoreContext = {
    schema,
    gateway,
    registry,
    views: new LiveViews(schema, registry),
    writer: new ItemWriter({ gateway, registry, announce, assertMayWrite: mayWrite, guard }),
    turns: new Turns(),
    allowIncomplete,
    ...(census === undefined ? {} : { census }),
    assertOpen() {
      if (!open) throw new StoreClosedError(gateway.table);
    },
    beforeRead() {
      census?.seen();
      return isAllowed(mayRead, registry) ? undefined : askAgain(mayRead, registry);
    },
    assertMayRead: () => mayRead(registry.knowledge),
  };
  return new TableStore(context, async () => {
    open = false;
    await closing?.();
    await census?.end();
  });
}

/**
 * The version is in use. An entry whose answers were all lost may be there: that is asked, and else it is tried once more.
 * What became of it says nothing of the user's write, which comes after it.
 *
 * @throws NotAnnouncedError
 */
async function enterAsActive(registry: Registry, version: number, mayWrite: Allows, table: string): Promise<void> {
  const active = activate(version, mayWrite);
  try {
    await registry.append(active);
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error;
    await registry.refresh();
    await registry.append(active).catch((cause: unknown) => {
      throw cause instanceof OutcomeUnknownError ? new NotAnnouncedError(version, table, cause.cause) : cause;
    });
  }
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
  { registryMaxAge: recorded, createGuard: guard }: Knowledge,
  { createGuard, registryMaxAge }: Pick<StoreOptions, 'createGuard' | 'registryMaxAge'>,
): StricterGuard {
  if (createGuard === 'age' && guard === 'fence') {
    throw new StoreOptionError(
      'openStore',
      'createGuard',
      "is 'age', and the registry of the table records 'fence': a process may only be stricter. Change it for the whole " +
        "table with publish({ …, createGuard: 'age' }), or leave it out",
    );
  }
  if (registryMaxAge !== undefined && registryMaxAge > recorded) {
    throw new StoreOptionError(
      'openStore',
      'registryMaxAge',
      `is ${registryMaxAge}, and the registry of the table records ${recorded}: a process may only be stricter. Change ` +
        `it for the whole table with publish({ …, registryMaxAge }), or leave it out`,
    );
  }
  return {
    ...(createGuard === 'fence' ? { createGuard } : {}),
    ...(registryMaxAge === undefined ? {} : { registryMaxAge }),
  };
}

/** What is wrong with each option. */
export const storeRules = {
  ...placeRules,
  createGuard: (value) =>
    value === undefined || value === 'fence' || value === 'age' ? undefined : "is 'age' or 'fence', or left out",
  registryMaxAge: (value) =>
    value === undefined || (Number.isSafeInteger(value) && (value as number) > 0)
      ? undefined
      : 'is a whole number of milliseconds above 0',
  publish: (value) => (value === undefined || value === 'auto' ? undefined : "is 'auto', or left out"),
  incomplete: (value) => (value === undefined || value === 'allow' ? undefined : "is 'allow', or left out"),
  build: (value) => (value === undefined || isBuild(value) ? undefined : 'is a text of 1 to 128 characters'),
  census: (value) => (value === undefined || value === false ? undefined : 'is false, or left out'),
} satisfies Record<keyof StoreOptions, Objection>;

const isBuild = (value: unknown): boolean => typeof value === 'string' && value.length >= 1 && value.length <= 128;

/** A field under the name of a key attribute would overwrite the row's key, in whichever version it is. */
export function assertStorageNames({ versions }: Schema, { keys, table }: Gateway): void {
  for (const { types } of versions) {
    for (const type of Object.values(types)) {
      const taken = type.fields.find(({ storageName }) => storageName === keys.pk || storageName === keys.sk);
      if (taken !== undefined) throw new KeyAttributeTakenError(type.name, taken.name, taken.storageName, table);
    }
  }
}
