import type { DemandedPath, Knowledge } from '../registry/knowledge.js';
import { inTurn, promote as decide } from '../registry/decisions.js';
import type { Decide } from '../registry/registry.js';
import { NotVerifiedError } from './errors.js';
import { endVerifies, verifiedEpoch } from './pass.js';
import { idsOf, isClean, type KeyPathName, namesOf, type PathsByType, pathsIn, type TypePaths } from './paths.js';
import { assertOperatorOptions } from './options.js';
import { openBriefSession, type PlaceOptions, type Session } from './session.js';

/** What a promote did. */
export interface PromoteReport {
  /** The key paths that readers may rely on now. */
  readonly keyPaths: readonly KeyPathName[];
}

/**
 * Promote: offers every key path that is *strict* to readers: a miss through it is an answer from now on. One
 * that is still in *expand* is left to the next promote, where there are others to promote. A table without key paths in
 * either state has nothing to do, which is no error. Costs one write for each item type, and takes away what was kept of the
 * verify: a Query or more of the passes, and a write for each row of that.
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotVerifiedError where the last verify of one of them is missing or was not clean, or where all that wait are
 * in expand: none was promoted
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function promote(options: PlaceOptions): Promise<PromoteReport> {
  assertOperatorOptions('promote', options);
  return promoteIn(await openBriefSession(options));
}

/** `promote`, in a session that is open. */
export async function promoteIn(session: Session): Promise<PromoteReport> {
  const { registry } = session;
  const strict = promotable(registry.knowledge);
  await registry.appendAll(inTurn([...strict.values()].map(promoteVerified)));
  // Nothing rests on it, and the next verify does it otherwise.
  if (strict.size > 0) await endVerifies(session, verifiedEpoch(strict)).catch(() => undefined);
  return { keyPaths: namesOf(strict) };
}

/**
 * The key paths that a promote would promote.
 *
 * @throws NotVerifiedError
 */
export function promotable(knowledge: Knowledge): PathsByType {
  const strict = pathsIn(knowledge, 'strict');
  if (strict.size === 0) assertNoneInExpand(knowledge);
  for (const paths of strict.values()) assertVerified(paths);
  return strict;
}

/** A promote that came before the backfill would else end like one that has nothing to do. */
function assertNoneInExpand(knowledge: Knowledge): void {
  const [waiting] = namesOf(pathsIn(knowledge, 'expand'));
  if (waiting !== undefined) throw new NotVerifiedError(waiting.type, waiting.keyPath, 'not filled');
}

/** Asked again where another process appended first: that entry may be the record of a verify that was not clean. */
function promoteVerified(strict: TypePaths): Decide {
  return (knowledge) => {
    assertVerified({ ...strict, paths: stillStrict(knowledge, strict) });
    return decide(strict.type, idsOf(strict))(knowledge);
  };
}

function stillStrict({ demanded }: Knowledge, strict: TypePaths): readonly DemandedPath[] {
  const ids = idsOf(strict);
  return (demanded.get(strict.type) ?? []).filter(({ path, state }) => state === 'strict' && ids.includes(path.id));
}

function assertVerified({ name, paths }: TypePaths): void {
  for (const { path, verified } of paths) {
    if (!isClean(verified)) throw new NotVerifiedError(name, path.template, verified);
  }
}
