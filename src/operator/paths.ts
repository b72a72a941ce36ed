import { pathIdOf, PRIMARY } from '../keypaths/model.js';
import type { VerifyRecord } from '../registry/content.js';
import type { PrimaryRow, SecondaryRow } from '../protocol/row.js';
import { modelsOf } from '../registry/readings.js';
import { type DemandedPath, goneAt, type Knowledge, newestRemoval, type PathState } from '../registry/knowledge.js';

/** Key paths of one item type that are in the same state. */
export interface TypePaths {
  /** The storage name of the item type. */
  readonly type: string;
  /** What the newest version that has the type calls it. */
  readonly name: string;
  readonly paths: readonly DemandedPath[];
}

/** By storage name of the item type. */
export type PathsByType = ReadonlyMap<string, TypePaths>;

/** A key path as an operator speaks of it. */
export interface KeyPathName {
  /** The item type, as the newest version that has it calls it. */
  readonly type: string;
  /** Its template, in the names of the newest version that has it. */
  readonly keyPath: string;
}

/** The secondary key paths that are in a state. The primary row is the item: no operator has to fill, prove or promote it. */
export function pathsIn(knowledge: Knowledge, state: PathState): PathsByType {
  const found = new Map<string, TypePaths>();
  for (const [type, demanded] of knowledge.demanded) {
    const paths = demanded.filter((path) => path.path.id !== PRIMARY && path.state === state);
    if (paths.length > 0) found.set(type, { type, name: nameOf(knowledge, type), paths });
  }
  return found;
}

/** How many digests key paths have: one for each of their older readings, too. */
export const modelsIn = (paths: PathsByType): number =>
  [...paths.values()].reduce((sum, ofType) => sum + ofType.paths.flatMap(modelsOf).length, 0);

export function namesOf(paths: PathsByType): readonly KeyPathName[] {
  return [...paths.values()].flatMap(({ name, paths: demanded }) =>
    demanded.map(({ path }) => ({ type: name, keyPath: path.template })),
  );
}

export const idsOf = ({ paths }: TypePaths): readonly string[] => paths.map(({ path }) => path.id);

/** True where a verify found nothing wrong. */
export const isClean = (verified: VerifyRecord | undefined): boolean => verified?.missing === 0 && verified.open === 0;

/**
 * What the faults that a verify recorded wait for: a repair; or where one has left them, that somebody says that rows whose
 * items are gone may go (`orphans`), or mends them by hand (`others`). Where all of them are damaged, none would mend
 * anything. Undefined where there are none.
 */
export function leftBy({
  missing,
  dangling = 0,
  damaged = 0,
  repaired,
}: Pick<VerifyRecord, 'missing' | 'dangling' | 'damaged' | 'repaired'>): 'unmended' | 'orphans' | 'others' | undefined {
  if (missing === 0) return undefined;
  if (repaired !== true) return damaged === missing ? 'others' : 'unmended';
  return dangling === missing ? 'orphans' : 'others';
}

/** The epoch of the newest entry that put one of the paths into its state: whoever knows that entry knows them all. */
export const epochOf = ({ paths }: TypePaths): number => Math.max(...paths.map(({ since }) => since));

/**
 * True when no backfill of some of these key paths has brought an item to them, or no sweep to its epoch: it was not met, or
 * came from elsewhere.
 */
export const isBehind = (knowledge: Knowledge, paths: TypePaths, item: Pick<PrimaryRow, 'epoch'>): boolean =>
  item.epoch < Math.max(expandedAt(knowledge, paths), knowledge.swept);

const expanded = new WeakMap<TypePaths, number>();

/** The epoch of the newest entry that began the expand of one of these key paths: a sweep brings every item so far. */
function expandedAt({ versions }: Knowledge, ofType: TypePaths): number {
  let newest = expanded.get(ofType);
  if (newest === undefined) {
    const began = ofType.paths.map(({ path: { id } }) => {
      const having = [...versions.values()].find(({ schema }) => {
        const model = Object.values(schema.types).find(({ storageName }) => storageName === ofType.type);
        return model?.keyPaths.some((path) => path.id === id) === true;
      });
      return having?.epoch ?? 0;
    });
    newest = Math.max(0, ...began);
    expanded.set(ofType, newest);
  }
  return newest;
}

/** The key paths that were dropped, as the newest version that had them calls them. */
export function droppedPaths(knowledge: Knowledge): readonly KeyPathName[] {
  const { versions, dropped } = knowledge;
  const found = new Map<string, KeyPathName>();
  for (const { version, schema } of versions.values()) {
    if (dropped === undefined || version >= dropped.version) continue;
    for (const { storageName, keyPaths } of Object.values(schema.types)) {
      for (const { id, template } of keyPaths) {
        if (isDemanded(knowledge, storageName, id)) continue;
        found.set(`${storageName}/${id}`, { type: nameOf(knowledge, storageName), keyPath: template });
      }
    }
  }
  return [...found.values()];
}

/** True where the table has no such key path any more, and everything that was taken away is gone: no item lists a row on it. */
export function isGone(knowledge: Knowledge, { type, path }: Pick<SecondaryRow, 'type' | 'path'>): boolean {
  return !isDemanded(knowledge, type, path) && newestRemoval(knowledge) === 0 && goneAt(knowledge) <= knowledge.swept;
}

/** @param rowId of a key path, or of an older reading of one: the path is there as long as its own rows are */
export const isDemanded = ({ demanded }: Knowledge, type: string, rowId: string): boolean =>
  demanded.get(type)?.some(({ path }) => path.id === pathIdOf(rowId)) === true;

/** A key path by the id of its rows, as the newest version that had it calls it; by the id itself where none is published. */
export function keyPathName(knowledge: Knowledge, type: string, id: string): KeyPathName {
  const templates = [...knowledge.versions.values()].flatMap(
    ({ schema }) =>
      schema.types[type]?.keyPaths.filter((path) => path.id === pathIdOf(id)).map(({ template }) => template) ?? [],
  );
  return { type: nameOf(knowledge, type), keyPath: templates.at(-1) ?? id };
}

function nameOf({ versions, newestVersion }: Knowledge, type: string): string {
  for (let version = newestVersion; version > 0; version--) {
    const model = versions.get(version)?.schema.types[type];
    if (model !== undefined) return model.name;
  }
  return type;
}
