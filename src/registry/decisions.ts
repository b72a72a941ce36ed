import type { VerifyRecord } from './entry.js';
import type { Knowledge, PathState } from './knowledge.js';
import type { Decide } from './registry.js';

/** A process compiled at the version is about to write. Nothing where one was before. */
export function activate(version: number): Decide {
  return (knowledge) => (knowledge.versions.get(version)?.active === true ? undefined : { kind: 'active', version });
}

/** The paths of an item type that are still in expand become strict. `type` is a storage name. */
export function makeStrict(type: string, paths: readonly string[]): Decide {
  return (knowledge) => {
    const those = pathsIn(knowledge, 'expand', type, paths);
    return those.length === 0 ? undefined : { kind: 'strict', type, paths: those };
  };
}

/** What a scan that began after the drain of *strict* found on paths of an item type. */
export function recordVerify(type: string, paths: readonly string[], verify: VerifyRecord): Decide {
  return (knowledge) => {
    const those = pathsIn(knowledge, 'strict', type, paths);
    return those.length === 0 ? undefined : { kind: 'verified', type, paths: those, verify };
  };
}

/** The paths of an item type that are strict are promoted, on the strength of their last verify. */
export function promote(type: string, paths: readonly string[]): Decide {
  return (knowledge) => {
    const those = pathsIn(knowledge, 'strict', type, paths);
    return those.length === 0 ? undefined : { kind: 'promoted', type, paths: those };
  };
}

function pathsIn(knowledge: Knowledge, state: PathState, type: string, paths: readonly string[]): readonly string[] {
  const demanded = knowledge.demanded.get(type) ?? [];
  return demanded.filter((d) => d.state === state && paths.includes(d.path.id)).map((d) => d.path.id);
}
