import type { VerifyRecord } from '../registry/content.js';
import type { PathState } from '../registry/knowledge.js';
import { type KeyPathName, namesOf, type PathsByType } from './paths.js';

/** Where a secondary key path stands. */
export interface KeyPathStatus extends KeyPathName {
  readonly state: PathState;
  /** The epoch of the entry that put it there. */
  readonly since: number;
  /** What the last verify found since it became strict. */
  readonly verified?: VerifyRecord;
}

/** How key paths that are in a state stand. */
export function keyPathsIn(paths: PathsByType, state: PathState): readonly KeyPathStatus[] {
  const names = namesOf(paths);
  const demanded = [...paths.values()].flatMap((ofType) => ofType.paths);
  return demanded.map(({ since, verified }, i) => ({
    ...names[i]!,
    state,
    since,
    ...(verified === undefined ? {} : { verified }),
  }));
}
