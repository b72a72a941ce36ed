import { PRIMARY } from '../keypaths/model.js';
import type { EntryContent, Promoted, Published } from './content.js';
import { withVersion } from './demanded.js';
import { withReadings } from './readings.js';
import type { Entry } from './entry.js';
import { RegistryDamagedError, RegistryForkError } from './errors.js';
import {
  type DemandedPath,
  type Knowledge,
  type PathState,
  type PublishedVersion,
  unsweptWithdrawal,
} from './knowledge.js';
import { learnDropped, learnDropping, learnFloor, learnSwept, learnWithdrawn, nothingRetired } from './retirement.js';
import { forReaders, withoutPast, withSettings } from './settings.js';

/** What is known before the first entry. */
export const nothingKnown: Knowledge = Object.freeze({
  registryId: '',
  shortId: '',
  schemaName: '',
  epoch: 0,
  headHash: '',
  fenced: 0,
  createGuard: 'fence',
  registryMaxAge: 60_000,
  settings: [],
  versions: new Map(),
  newestVersion: 0,
  demanded: new Map(),
  floor: nothingRetired,
  swept: 0,
  withdrawn: [],
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
    const { epoch, hash: headHash, content } = entry;
    const fenced = changesCreates(content) ? epoch : known.fenced;
    return Object.freeze({ ...known, ...learn(known, epoch, content), epoch, headHash, fenced });
  }, knowledge);
}

/**
 * Whether a process that creates an item has to know an entry. Not so where it would write the same without: a version is in
 * use, key paths are proved or promoted (they were strict before), or every item was brought to an epoch.
 */
const changesCreates = ({ kind }: EntryContent): boolean =>
  kind !== 'active' && kind !== 'verified' && kind !== 'promoted' && kind !== 'swept';

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
      const settings = withSettings(known, epoch, { createGuard, registryMaxAge });
      return { registryId: registry, shortId: registry.slice(0, 8), schemaName, ...settings };
    }
    case 'settings': {
      const { kind: _, ...changes } = content;
      return withSettings(known, epoch, changes);
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
      return {
        demanded: changed(known, epoch, content, 'strict', { verified: content.verify }),
        settings: forReaders(known, content.verify.epoch),
      };
    case 'promoted':
      assertVerified(known, epoch, content);
      return { demanded: changed(known, epoch, content, 'strict', { state: 'promoted', since: epoch }) };
    case 'floor':
      return learnFloor(known, epoch, content);
    case 'swept':
      return { ...learnSwept(known, epoch, content), settings: forReaders(known, content.reached) };
    case 'dropping':
      return learnDropping(known, epoch, content);
    case 'withdrawn':
      return learnWithdrawn(known, epoch, content);
    case 'void':
      return {};
    case 'restored': {
      const { registry } = content;
      const former = [...(known.restored?.former ?? []), known.shortId];
      return { registryId: registry, shortId: registry.slice(0, 8), restored: Object.freeze({ since: epoch, former }) };
    }
    case 'dropped':
      return { ...learnDropped(known, epoch, content), settings: withoutPast(known, content.reached) };
  }
}

/** What a version that is published adds to what is known. */
export function publishedVersion(
  known: Knowledge,
  epoch: number,
  content: Published,
): Pick<Knowledge, 'versions' | 'newestVersion' | 'demanded'> {
  const { version, versionHash, schema, migration, promoted } = content;
  if (version !== known.newestVersion + 1) {
    throw new RegistryDamagedError(epoch, `version ${version} cannot follow version ${known.newestVersion}`);
  }
  const unswept = unsweptWithdrawal(known);
  if (unswept !== undefined) {
    throw new RegistryDamagedError(epoch, `version ${unswept.version} was withdrawn, and its rows may still be there`);
  }
  const published: PublishedVersion = Object.freeze({
    version,
    epoch,
    hash: versionHash,
    schema,
    ...(migration === undefined ? {} : { migration }),
    active: false,
  });
  const state = promoted === true ? 'promoted' : 'expand';
  const versions = withEntry(known.versions, version, published);
  const demanded = withVersion(known.demanded, known.versions, published, (_, path) => ({
    // The primary row is the item: there is nothing to fill before readers may rely on it.
    state: path === PRIMARY ? 'promoted' : state,
    since: epoch,
  }));
  return { versions, newestVersion: version, demanded: withReadings(demanded, versions, known.dropped?.version) };
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
