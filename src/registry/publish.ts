import { randomUUID } from 'node:crypto';
import type { Gateway } from '../table/gateway.js';
import type { RowKey } from '../values/attribute-value.js';
import { readCensus } from './census.js';
import { type CreateGuard, type EntryContent, neededBy, needs, type Published } from './entry.js';
import { LibraryInUseTooOldError, RegistrySettingError, VersionGapError, WithdrawUnfinishedError } from './errors.js';
import { nothingKnown } from './fold.js';
import { type Knowledge, unsweptWithdrawal } from './knowledge.js';
import { isOlder, newestOf } from './library-version.js';
import { assertSamePast, versionOf, type PublishableSchema, type VersionSource } from './past.js';
import type { Registry } from './registry.js';

/** What the registry records about how creates are guarded. What is not said stays as it is. */
export interface RegistrySettings {
  /** In milliseconds: how old a process's knowledge of the registry may be when it creates an item. 60 000 at first. */
  readonly registryMaxAge?: number;
  /**
   * How creates are kept from processes that slept since before an entry. `age`: one is sent only where its signature is
   * at most `registryMaxAge` younger than what the process knows of the registry; costs nothing, but operators wait
   * longer (some 18 minutes a drain). `fence`: each checks one of 64 rows in its transaction; required with DAX, with
   * proxies or signers of your own, and where answers have no `Date`. At first `fence` on a loopback endpoint, else `age`.
   */
  readonly createGuard?: CreateGuard;
}

export interface PublishResult {
  /** The versions that this call added, in order; empty where all were there. */
  readonly published: readonly number[];
  /** The version that the schema is compiled at. */
  readonly version: number;
  /** The registry's newest epoch. */
  readonly epoch: number;
}

/** For how long a release counts as in use after it was seen. */
const IN_USE_MS = 24 * 60 * 60_000;

/** `publish`, on a registry that is open. */
export async function publishInto(
  registry: Registry,
  gateway: Gateway,
  schema: PublishableSchema,
  settings: RegistrySettings = {},
): Promise<PublishResult> {
  assertSettings(settings);
  const { knowledge } = registry;
  assertSamePast(knowledge, schema, gateway.table);
  const mayStartPromoted =
    knowledge.newestVersion < schema.version && !hasActive(knowledge) && !(await hasItems(gateway));
  if (knowledge.newestVersion < schema.version) await assertLibrariesCan(gateway, neededFor(knowledge, schema));
  const appended = await registry.appendAll((known) => nextEntry(known, schema, settings, gateway, mayStartPromoted));
  // Another deployer, now dead, may have left this undone.
  if (!(await registry.fencesRaised())) await registry.raiseFences();
  return {
    published: appended.flatMap(({ content }) => (content.kind === 'published' ? [content.version] : [])),
    version: schema.version,
    epoch: registry.knowledge.epoch,
  };
}

/** The oldest library that can carry out every version that is to be published. */
function neededFor({ newestVersion }: Knowledge, schema: PublishableSchema): string {
  const missing = schema.versions.filter(({ version }) => version > newestVersion);
  return newestOf([
    needs.published,
    ...missing.map(({ version }) => neededBy(publishedBy(versionOf(schema, version)!))),
  ]);
}

/**
 * Refuses what a library that is in use is too old to carry out: its processes could not go on. Costs a Query.
 *
 * @throws LibraryInUseTooOldError
 */
export async function assertLibrariesCan(gateway: Gateway, needed: string): Promise<void> {
  const releases = await readCensus(gateway);
  const since = gateway.serverTime() - IN_USE_MS;
  const tooOld = releases.find(({ library, last }) => last > since && isOlder(library, needed));
  if (tooOld !== undefined) throw new LibraryInUseTooOldError(gateway.table, needed, tooOld);
}

/** Pure, and asked again whenever another deployer was first: what is there decides what comes next. */
function nextEntry(
  known: Knowledge,
  schema: PublishableSchema,
  settings: RegistrySettings,
  { table, loopback }: Pick<Gateway, 'table' | 'loopback'>,
  mayStartPromoted: boolean,
): EntryContent | undefined {
  assertSamePast(known, schema, table);
  if (known.epoch === 0) return opened(schema, settings, loopback);
  const changed = changedSettings(known, settings);
  if (changed !== undefined) return changed;
  const version = known.newestVersion + 1;
  if (version > schema.version) return undefined;
  const unswept = unsweptWithdrawal(known);
  if (unswept !== undefined) throw new WithdrawUnfinishedError(schema.name, unswept.version, table);
  const source = versionOf(schema, version);
  if (source === undefined) throw gap(known, schema, table);
  // No process writes before its version is active, so a table that was empty then is empty now.
  return publishedBy(source, mayStartPromoted && !hasActive(known) ? { promoted: true } : {});
}

function publishedBy(
  { schema, hash: versionHash, migration }: VersionSource,
  more: Pick<Published, 'promoted'> = {},
): Published {
  const { version } = schema;
  return {
    kind: 'published',
    version,
    versionHash,
    schema,
    ...(migration === undefined ? {} : { migration }),
    ...more,
  };
}

function opened(schema: PublishableSchema, settings: RegistrySettings, loopback: boolean): EntryContent {
  return {
    kind: 'opened',
    registry: randomUUID(),
    schemaName: schema.name,
    // A local engine drains in no time, if it has fences.
    createGuard: settings.createGuard ?? (loopback ? 'fence' : 'age'),
    registryMaxAge: settings.registryMaxAge ?? nothingKnown.registryMaxAge,
    format: 1,
  };
}

function changedSettings(
  known: Knowledge,
  { createGuard, registryMaxAge }: RegistrySettings,
): EntryContent | undefined {
  const changes = {
    ...(createGuard === undefined || createGuard === known.createGuard ? {} : { createGuard }),
    ...(registryMaxAge === undefined || registryMaxAge === known.registryMaxAge ? {} : { registryMaxAge }),
  };
  return Object.keys(changes).length === 0 ? undefined : { kind: 'settings', ...changes };
}

function hasActive(knowledge: Knowledge): boolean {
  return [...knowledge.versions.values()].some(({ active }) => active);
}

/** Reads until the first row with a `$type`: the whole table where there is none. */
async function hasItems(gateway: Gateway): Promise<boolean> {
  let after: RowKey | undefined;
  do {
    const page = await gateway.scan(after === undefined ? {} : { after });
    if (page.rows.some((row) => '$type' in row)) return true;
    after = page.last;
  } while (after !== undefined);
  return false;
}

function assertSettings({ registryMaxAge, createGuard }: RegistrySettings): void {
  if (registryMaxAge !== undefined && !(Number.isSafeInteger(registryMaxAge) && registryMaxAge > 0)) {
    throw new RegistrySettingError(
      `registryMaxAge is ${String(registryMaxAge)}; it is a whole number of milliseconds above 0, such as 60_000.`,
      { registryMaxAge },
    );
  }
  if (createGuard !== undefined && createGuard !== 'fence' && createGuard !== 'age') {
    throw new RegistrySettingError(`createGuard is ${JSON.stringify(createGuard)}; it is 'age' or 'fence'.`, {
      createGuard,
    });
  }
}

function gap(known: Knowledge, schema: PublishableSchema, table: string): VersionGapError {
  const first = schema.versions[0]?.version ?? schema.version;
  return new VersionGapError(
    `Table ${table} has versions up to ${known.newestVersion} of schema '${schema.name}', and the sources begin at ` +
      `version ${first}: version ${known.newestVersion + 1} is missing. Publish it from sources that still have it.`,
    { table, schema: schema.name, version: known.newestVersion + 1 },
  );
}
