import { type PathAsRead, pathIdOf, PRIMARY } from '../keypaths/model.js';
import type { KeyParameterModel, LensStep } from '../schema/model.js';
import { byCodeUnit } from '../schema/ordering.js';
import { own } from '../values/own.js';
import type { DemandedPath, Knowledge, PublishedVersion } from './knowledge.js';
import { modelsOf, withReadings } from './readings.js';

/** Which key paths the rows of each item type must be on. */
export type Demanded = Knowledge['demanded'];
type Versions = Knowledge['versions'];

/** How far a key path has come in its life. */
type Progress = Omit<DemandedPath, 'path' | 'olderDefaults' | 'olderReadings'>;

/**
 * Older versions live on, so what any version demands stays demanded. A path that is known keeps its state, and is
 * described as the newest version that has it does.
 *
 * @param earlier the versions before it
 * @param progressOf how far a path has come that was not demanded before; undefined where it is not to be
 */
export function withVersion(
  demanded: Demanded,
  earlier: Versions,
  { schema, migration }: PublishedVersion,
  progressOf: (type: string, path: string) => Progress | undefined,
): Demanded {
  const all = withOlderDefaults(demanded, earlier, migration?.lens ?? []);
  for (const type of Object.values(schema.types)) {
    const paths = new Map((all.get(type.storageName) ?? []).map((known) => [known.path.id, known]));
    for (const path of type.keyPaths) {
      const known = paths.get(path.id) ?? progressOf(type.storageName, path.id);
      if (known !== undefined) paths.set(path.id, Object.freeze({ ...known, path }));
    }
    all.set(type.storageName, Object.freeze([...paths.values()].sort(byId)));
  }
  return all;
}

/**
 * What these versions demand, as if none newer had ever been. Each path has come as far as it had, and what was dropped
 * stays so.
 */
export function onlyOf(demanded: Demanded, versions: Versions): Demanded {
  const progressOf = (type: string, id: string): Progress | undefined => {
    const found = demanded.get(type)?.find(({ path }) => path.id === id);
    if (found === undefined) return undefined; // it was dropped
    const { path: _, olderDefaults: __, olderReadings: ___, ...progress } = found;
    return progress;
  };
  const earlier = new Map<number, PublishedVersion>();
  let all: Demanded = new Map();
  for (const [number, version] of versions) {
    all = withVersion(all, earlier, version, progressOf);
    earlier.set(number, version);
  }
  return all;
}

/**
 * Without the key paths that only versions below `floor` have. A type that no other version has is left as it is: no
 * version sees its items any more, so none could tell whether they are to go.
 */
export function withoutBelow(demanded: Demanded, versions: Versions, floor: number): Demanded {
  const remaining = [...versions.values()].filter(({ version }) => version >= floor);
  const all = new Map<string, readonly DemandedPath[]>();
  for (const [type, paths] of demanded) {
    const models = remaining.flatMap(({ schema }) => own(schema.types, type) ?? []);
    const stays = ({ path }: DemandedPath): boolean =>
      models.length === 0 || models.some(({ keyPaths }) => keyPaths.some(({ id }) => id === path.id));
    all.set(type, Object.freeze(paths.filter(stays)));
  }
  return all;
}

/**
 * Every key path whose rows on a type have, or had, the id, as their readers read it: rows of what was dropped or withdrawn
 * are there until they are swept.
 *
 * @param rowId of a path, or of an older reading of one
 */
export function pathsEver(knowledge: Knowledge, type: string, rowId: string): readonly PathAsRead[] {
  let known = everKnown.get(knowledge);
  if (known === undefined) {
    known = new Map();
    everKnown.set(knowledge, known);
  }
  const at = `${type}/${rowId}`;
  let paths = known.get(at);
  if (paths === undefined) {
    paths = pathsEverOf(knowledge, type, rowId);
    known.set(at, paths);
  }
  return paths;
}

const everKnown = new WeakMap<Knowledge, Map<string, readonly PathAsRead[]>>();

function pathsEverOf({ demanded, versions, withdrawn }: Knowledge, type: string, rowId: string): readonly PathAsRead[] {
  const schemas = [...versions.values(), ...withdrawn].map(({ schema }) => schema);
  const published = schemas
    .flatMap(({ types }) => own(types, type)?.keyPaths ?? [])
    .filter(({ id }) => id === pathIdOf(rowId))
    .map((path): DemandedPath => ({ path, state: 'expand', since: 0 }));
  const ever = withReadings(new Map([[type, published]]), versions).get(type)!;
  return [...(demanded.get(type) ?? []), ...ever].flatMap(modelsOf).filter(({ id }) => id === rowId);
}

/** True where `before` demands secondary rows that `after` does not. */
export function demandsMore(before: Demanded, after: Demanded): boolean {
  return [...before].some(([type, paths]) => {
    const left = after.get(type) ?? [];
    return paths.some(({ path }) => path.id !== PRIMARY && !left.some((other) => other.path.id === path.id));
  });
}

/**
 * Where a field was always set until a version made it optional or took it away, older readers get a default from then
 * on, and look for the item under it: a path of theirs has its row there. Rows of before do not change by that; where
 * some version of the path let the field be unset, they would, so there the path stays sparse.
 */
function withOlderDefaults(
  demanded: Demanded,
  earlier: Versions,
  lens: readonly LensStep[],
): Map<string, readonly DemandedPath[]> {
  const all = new Map(demanded);
  for (const step of lens) {
    if (step.op !== 'olderDefault') continue;
    const paths = all.get(step.owner);
    if (paths === undefined) continue; // an object type
    all.set(
      step.owner,
      paths.map((d) => (isAlwaysSet(earlier, step.owner, d.path.id, step.field) ? withOlderDefault(d, step) : d)),
    );
  }
  return all;
}

/** True where every version that has the path demands a value of the field. */
function isAlwaysSet(versions: Versions, owner: string, path: string, field: string): boolean {
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

function byId(a: DemandedPath, b: DemandedPath): number {
  return Number(a.path.id) - Number(b.path.id) || byCodeUnit(a.path.id, b.path.id);
}
