import { canonicalJson } from '../values/canonical-json.js';
import type { VerifyRecord } from './content.js';
import type { Knowledge, PathState } from './knowledge.js';
import type { Decide } from './registry.js';

/**
 * A process compiled at the version is about to write. Nothing where one was before.
 *
 * @param assertMayWrite throws where the version may not: the floor was raised, or the version withdrawn, first
 */
export function activate(version: number, assertMayWrite: (knowledge: Knowledge) => void = () => undefined): Decide {
  return (knowledge) => {
    assertMayWrite(knowledge);
    return knowledge.versions.get(version)?.active === true ? undefined : { kind: 'active', version };
  };
}

/** The paths of an item type that are still in expand become strict. `type` is a storage name. */
export function makeStrict(type: string, paths: readonly string[]): Decide {
  return (knowledge) => {
    const those = pathsIn(knowledge, 'expand', type, paths);
    return those.length === 0 ? undefined : { kind: 'strict', type, paths: those };
  };
}

/**
 * What a scan that began after the drain of *strict* found on paths of an item type; nothing where that is recorded, or
 * what a later one found, and nothing of a path that was withdrawn and has become strict anew since.
 */
export function recordVerify(type: string, paths: readonly string[], verify: VerifyRecord): Decide {
  return (knowledge) => {
    const left = (knowledge.demanded.get(type) ?? [])
      .filter(({ since, verified }) => since > verify.epoch || isSame(verified, verify) || isLater(verified, verify))
      .map(({ path }) => path.id);
    const those = pathsIn(knowledge, 'strict', type, paths).filter((id) => !left.includes(id));
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

/** The first of several decisions that has something to append: with `appendAll`, every one in turn. */
export function inTurn(decisions: readonly Decide[]): Decide {
  return (knowledge) => {
    for (const decide of decisions) {
      const content = decide(knowledge);
      if (content !== undefined) return content;
    }
    return undefined;
  };
}

function isLater(a: VerifyRecord | undefined, b: VerifyRecord): boolean {
  return a !== undefined && (a.epoch > b.epoch || (a.epoch === b.epoch && a.begun > b.begun));
}

function isSame(a: VerifyRecord | undefined, b: VerifyRecord): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}

function pathsIn(knowledge: Knowledge, state: PathState, type: string, paths: readonly string[]): readonly string[] {
  const demanded = knowledge.demanded.get(type) ?? [];
  return demanded.filter((d) => d.state === state && paths.includes(d.path.id)).map((d) => d.path.id);
}
