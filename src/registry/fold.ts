import { byCodeUnit } from '../schema/ordering.js';
import { own } from '../values/own.js';
import type { Entry, EntryContent, Promoted, Published } from './entry.js';
import { RegistryDamagedError, RegistryForkError } from './errors.js';
import type { KeyParameterModel, LensStep } from '../schema/model.js';
import type { DemandedPath, Knowledge, PathState, PublishedVersion } from './knowledge.js';

/** What is known before the first entry. */
export const nothingKnown: Knowledge = Object.freeze({
  registryId: '',
  shortId: '',
  schemaName: '',
  epoch: 0,
  headHash: '',
  createGuard: 'fence',
  registryMaxAge: 60_000,
  versions: new Map(),
  newestVersion: 0,
  demanded: new Map(),
});

/**
 * What is known after further entries. They may overlap what is known (a refresh reads the known head again): the
 * overlap must be the same, and the rest must follow on.
 *
 * @throws RegistryForkError, RegistryDamagedError
 */
export function extend(knowledge: Knowledge, entries: readonly Entry[]): Knowledge {
  return entries.reduce((known, entry) => {
    if (entry.epoch < known.epoch) return known;
    if (entry.epoch === known.epoch) {
      if (entry.hash !== known.headHash) throw fork(entry.epoch);
      return known;
    }
    if (entry.epoch !== known.epoch + 1) throw new RegistryDamagedError(known.epoch + 1, 'its row is missing');
    if (entry.previous !== known.headHash) throw fork(known.epoch);
    const next = { ...known, ...learn(known, entry.epoch, entry.content), epoch: entry.epoch, headHash: entry.hash };
    return Object.freeze(next);
  }, knowledge);
}

function fork(epoch: number): RegistryForkError {
  return new RegistryForkError(
    `The registry's entry of epoch ${epoch} is not the one that was known: the table was replaced, or restored and ` +
      `written to since. Stop the writers of both pasts, decide which one counts, and start them anew on that table.`,
    { epoch },
  );
}

function learn(known: Knowledge, epoch: number, content: EntryContent): Partial<Knowledge> {
  if ((content.kind === 'opened') !== (epoch === 1)) {
    throw new RegistryDamagedError(epoch, `an entry '${content.kind}' cannot stand here`);
  }
  switch (content.kind) {
    case 'opened': {
      const { registry, schemaName, createGuard, registryMaxAge } = content;
      return { registryId: registry, shortId: registry.slice(0, 8), schemaName, createGuard, registryMaxAge };
    }
    case 'settings': {
      const { kind: _, ...settings } = content;
      return settings;
    }
    case 'published':
      return publishedVersion(known, epoch, content);
    case 'active': {
      const published = known.versions.get(content.version);
      if (published === undefined)
        throw new RegistryDamagedError(epoch, `version ${content.version} was not published before it`);
      return { versions: withEntry(known.versions, content.version, { ...published, active: true }) };
    }
    case 'strict':
      return { demanded: changed(known, epoch, content, 'expand', { state: 'strict', since: epoch }) };
    case 'verified':
      return { demanded: changed(known, epoch, content, 'strict', { verified: content.verify }) };
    case 'promoted':
      assertVerified(known, epoch, content);
      return { demanded: changed(known, epoch, content, 'strict', { state: 'promoted', since: epoch }) };
  }
}

function publishedVersion(known: Knowledge, epoch: number, content: Published): Partial<Knowledge> {
  const { version, versionHash, schema, migration, promoted } = content;
  if (version !== known.newestVersion + 1) {
    throw new RegistryDamagedError(epoch, `version ${version} cannot follow version ${known.newestVersion}`);
  }
  const published: PublishedVersion = {
    version,
    epoch,
    hash: versionHash,
    schema,
    ...(migration === undefined ? {} : { migration }),
    active: false,
  };
  return {
    versions: withEntry(known.versions, version, Object.freeze(published)),
    newestVersion: version,
    demanded: withPathsOf(known, epoch, content, promoted === true ? 'promoted' : 'expand'),
  };
}

/**
 * Older versions live on, so what any version demands stays demanded. A path that is known keeps its state, and is
 * described as the newest version that has it does.
 */
function withPathsOf(
  known: Knowledge,
  epoch: number,
  { schema, migration }: Published,
  state: PathState,
): Knowledge['demanded'] {
  const all = withOlderDefaults(known, migration?.lens ?? []);
  for (const type of Object.values(schema.types)) {
    const paths = new Map((all.get(type.storageName) ?? []).map((demanded) => [demanded.path.id, demanded]));
    for (const path of type.keyPaths) {
      // The primary row is the item: there is nothing to fill before readers may rely on it.
      const fresh = { state: path.id === PRIMARY ? ('promoted' as const) : state, since: epoch };
      paths.set(path.id, Object.freeze({ ...(paths.get(path.id) ?? fresh), path }));
    }
    all.set(type.storageName, Object.freeze([...paths.values()].sort(byId)));
  }
  return all;
}

/**
 * Where a field was always set until a version made it optional or took it away, older readers get a default from then
 * on, and look for the item under it: a path of theirs has its row there. Rows of before do not change by that; where
 * some version of the path let the field be unset, they would, so there the path stays sparse.
 */
function withOlderDefaults(known: Knowledge, lens: readonly LensStep[]): Map<string, readonly DemandedPath[]> {
  const all = new Map(known.demanded);
  for (const step of lens) {
    if (step.op !== 'olderDefault') continue;
    const paths = all.get(step.owner);
    if (paths === undefined) continue; // an object type
    all.set(
      step.owner,
      paths.map((d) => (isAlwaysSet(known, step.owner, d.path.id, step.field) ? withOlderDefault(d, step) : d)),
    );
  }
  return all;
}

/** True where every version that has the path demands a value of the field. */
function isAlwaysSet({ versions }: Knowledge, owner: string, path: string, field: string): boolean {
  return [...versions.values()].every(({ schema }) => {
    const type = own(schema.types, owner);
    const model = type?.fields.find(({ storageName }) => storageName === field);
    return model === undefined || model.required || !type!.keyPaths.some(({ id }) => id === path);
  });
}

function withOlderDefault(demanded: DemandedPath, step: LensStep & { readonly op: 'olderDefault' }): DemandedPath {
  const { path, olderDefaults = [] } = demanded;
  const lacks = (p: KeyParameterModel): boolean => p.field === step.field && p.default === undefined;
  if (!path.parameters.some(lacks)) return demanded;
  const parameters = path.parameters.map((p) => (lacks(p) ? { ...p, default: step.default } : p));
  return Object.freeze({
    ...demanded,
    path: { ...path, parameters },
    olderDefaults: [...olderDefaults, step.field],
  });
}

const PRIMARY = '0';

function byId(a: DemandedPath, b: DemandedPath): number {
  return Number(a.path.id) - Number(b.path.id) || byCodeUnit(a.path.id, b.path.id);
}

type PathsOfType = Pick<Promoted, 'type' | 'paths'>;

function changed(
  known: Knowledge,
  epoch: number,
  { type, paths }: PathsOfType,
  from: PathState,
  change: Partial<DemandedPath>,
): Knowledge['demanded'] {
  const demanded = known.demanded.get(type) ?? [];
  for (const id of paths) {
    const state = demanded.find(({ path }) => path.id === id)?.state;
    if (state !== from) {
      throw new RegistryDamagedError(
        epoch,
        `it is for key paths in ${from}, and ${id} of ${type} is ${state ?? 'unknown'}`,
      );
    }
  }
  const next = demanded.map((d) => (paths.includes(d.path.id) ? Object.freeze({ ...d, ...change }) : d));
  return withEntry(known.demanded, type, Object.freeze(next));
}

/** Readers are told that a path is complete only where a scan has shown it, begun after the path became strict. */
function assertVerified({ demanded }: Knowledge, epoch: number, { type, paths }: PathsOfType): void {
  for (const { path, since, verified } of demanded.get(type) ?? []) {
    if (!paths.includes(path.id)) continue;
    const clean = verified !== undefined && verified.epoch >= since && verified.missing === 0 && verified.open === 0;
    if (!clean) throw new RegistryDamagedError(epoch, `key path ${path.id} of ${type} was not verified before it`);
  }
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}
