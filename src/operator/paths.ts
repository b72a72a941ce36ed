import type { DemandedPath, Knowledge, PathState } from '../registry/knowledge.js';

/** A key path as an operator speaks of it. */
export interface KeyPathName {
  /** The item type. */
  readonly type: string;
  /** Its template, in the names of the newest version that has it. */
  readonly keyPath: string;
}

/** The key paths that are in a state, by item type. */
export function pathsIn(knowledge: Knowledge, state: PathState): ReadonlyMap<string, readonly DemandedPath[]> {
  const found = new Map<string, readonly DemandedPath[]>();
  for (const [type, demanded] of knowledge.demanded) {
    const paths = demanded.filter((path) => path.state === state);
    if (paths.length > 0) found.set(type, paths);
  }
  return found;
}

export function namesOf(paths: ReadonlyMap<string, readonly DemandedPath[]>): readonly KeyPathName[] {
  return [...paths].flatMap(([type, demanded]) => demanded.map(({ path }) => ({ type, keyPath: path.template })));
}

export const idsOf = (demanded: readonly DemandedPath[]): readonly string[] => demanded.map(({ path }) => path.id);
