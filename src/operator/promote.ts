import type { Knowledge } from '../registry/knowledge.js';
import { inTurn, promote as decide } from '../registry/decisions.js';
import type { Decide } from '../registry/registry.js';
import { NotVerifiedError, type PathInTheWay } from './errors.js';
import { endVerifies, verifiedEpoch } from './pass.js';
import { idsOf, isClean, type KeyPathName, namesOf, type PathsByType, pathsIn } from './paths.js';
import { assertOperatorOptions } from './options.js';
import { openBriefSession, type PlaceOptions, type Session, type SourceOptions } from './session.js';

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
 * @throws NotVerifiedError where the last verify of some of them is missing or was not clean, or where all that wait are
 * in expand: it lists them, and none was promoted
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function promote(options: PlaceOptions & SourceOptions): Promise<PromoteReport> {
  assertOperatorOptions('promote', options);
  return promoteIn(await openBriefSession(options));
}

/** `promote`, in a session that is open. */
export async function promoteIn(session: Session): Promise<PromoteReport> {
  const { registry } = session;
  const strict = promotable(registry.knowledge);
  await registry.appendAll(promoteVerified(strict));
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
  assertVerified(strict);
  return strict;
}

/** A promote that came before the backfill would else end like one that has nothing to do. */
function assertNoneInExpand(knowledge: Knowledge): void {
  assertNone(namesOf(pathsIn(knowledge, 'expand')).map((path) => ({ ...path, found: 'not filled' })));
}

/** Asked again where another process appended first: that entry may be the record of a verify that was not clean. */
function promoteVerified(strict: PathsByType): Decide {
  const promoteAll = inTurn([...strict.values()].map((ofType) => decide(ofType.type, idsOf(ofType))));
  return (knowledge) => {
    assertVerified(stillStrict(knowledge, strict));
    return promoteAll(knowledge);
  };
}

function stillStrict({ demanded }: Knowledge, strict: PathsByType): PathsByType {
  const left = [...strict].map(([type, ofType]) => {
    const ids = idsOf(ofType);
    const paths = (demanded.get(type) ?? []).filter(({ path, state }) => state === 'strict' && ids.includes(path.id));
    return [type, { ...ofType, paths }] as const;
  });
  return new Map(left);
}

function assertVerified(strict: PathsByType): void {
  const each = [...strict.values()].flatMap(({ name, paths }) =>
    paths
      .filter(({ verified }) => !isClean(verified))
      .map(
        ({ path, verified }) => ({ type: name, keyPath: path.template, found: verified ?? 'not verified' }) as const,
      ),
  );
  assertNone(each);
}

/** @throws NotVerifiedError where there are some */
function assertNone([first, ...more]: readonly PathInTheWay[]): void {
  if (first !== undefined) throw new NotVerifiedError([first, ...more]);
}
