import { unreferencedPause } from '../dynamo/backoff.js';
import { openGateway } from '../dynamo/gateway.js';
import { assertWritableTable, ensureWritableTable } from '../dynamo/table.js';
import { CensusTaker, type ReleaseName } from '../registry/census.js';
import { assertAutoPublish } from '../registry/check.js';
import { assertOptions, type Objection } from '../store/call-options.js';
import { assertStorageNames, openStoreOver, type StoreOptions, storeRules } from '../store/open-store.js';
import type { Store } from '../store/store.js';
import { Background, type BackgroundOptions } from './background.js';

export interface OpenStoreOptions extends StoreOptions {
  /**
   * Take new key paths through backfill, verify and promote while the application runs: of all processes that are opened
   * so, one works at a time. `{}` for work without limits.
   */
  readonly background?: BackgroundOptions;
}

/**
 * Opens a table for one schema version: the one that the application is compiled at. It must be a published version,
 * with the same content, and need not be the newest: an old release may start at any time.
 *
 * Costs one DescribeTable and one Query of the registry for each megabyte; with `publish: 'auto'` on a table where
 * versions are missing, what `publish` costs. One small read for the census, and a write where no process of the release was
 * seen in the last seven and a half minutes; then the same every 15 minutes, in the background, as long as the store is used.
 * Before its first write a store says once in the registry that its version is in use. With `background` each process reads
 * the registry about once a minute, one small Query, and the lease where a key path waits; the one that works costs what
 * `backfill`, `verify` and `promote` do, and a small write every 20 s.
 *
 * After an error a table that `createTable` made, and versions that `publish: 'auto'` added, are there.
 *
 * @example
 * const store = await openStore({ schema: shop, table: 'shop', client: new DynamoDBClient({}) });
 * const orders = store.repository(Order);
 *
 * @throws StoreOptionError where an option is unknown or not what it takes.
 * @throws TableNotFoundError, TableKeysError, CredentialsError, AccessDeniedError, EndpointError, SdkMismatchError;
 *   ReplicatedTableError where the table has replicas and `replicas: 'read-only'` is not said.
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
  const written = { ...place, ...(options.replicas === undefined ? {} : { replicas: options.replicas }) };
  await (options.createTable === true ? ensureWritableTable(written) : assertWritableTable(written));

  const background = options.background && (await backgroundAt(place, schema, options.background));
  const census = options.census === false ? undefined : new CensusTaker(gateway, releaseOf(options));
  const store = await openStoreOver(gateway, options, {
    ...(census === undefined ? {} : { census }),
    ...(background === undefined ? {} : { closing: () => background.stop() }),
  });
  await census?.begin();
  background?.start();
  return store;
}

const releaseOf = ({ schema: { version }, build }: OpenStoreOptions): ReleaseName => ({
  version,
  ...(build === undefined ? {} : { build }),
});

/** Over a gateway of its own: its consumption is measured, and its pauses keep no process alive. */
async function backgroundAt(
  place: Parameters<typeof openGateway>[0],
  schema: OpenStoreOptions['schema'],
  options: BackgroundOptions,
): Promise<Background> {
  return new Background(await openGateway({ ...place, metered: true, pause: unreferencedPause }), schema, options);
}

const RULES = {
  ...storeRules,
  background: (value) =>
    value === undefined || isBackground(value)
      ? undefined
      : 'takes { maxWcu, maxRcu, onProgress, onError }: capacity units a second, above 0, and functions; all may be left out',
} satisfies Record<keyof OpenStoreOptions, Objection>;

const BACKGROUND_RULES: Record<keyof BackgroundOptions, (value: unknown) => boolean> = {
  maxWcu: isRate,
  maxRcu: isRate,
  onProgress: isFunction,
  onError: isFunction,
};

function isBackground(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, each]) =>
      Object.hasOwn(BACKGROUND_RULES, name) &&
      (each === undefined || BACKGROUND_RULES[name as keyof BackgroundOptions](each)),
  );
}

function isRate(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
