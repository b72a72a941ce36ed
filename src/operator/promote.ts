import { promote as decide } from '../registry/decisions.js';
import { NotVerifiedError } from './errors.js';
import { idsOf, type KeyPathName, namesOf, pathsIn } from './paths.js';
import { openSession, type OperatorOptions } from './session.js';

/** What a promote did. */
export interface PromoteReport {
  /** The key paths that readers may rely on now. */
  readonly keyPaths: readonly KeyPathName[];
}

/**
 * Promote: offers every key path that is *strict* to readers: a miss through it is an answer from now on. All or none.
 * Nothing to promote is no error. Costs one conditional write for each item type, and the raising of the fences.
 *
 * @throws NotVerifiedError where the last verify of one of them is missing or was not clean: none was promoted
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 */
export async function promote(options: OperatorOptions): Promise<PromoteReport> {
  const { registry } = await openSession(options);
  const strict = pathsIn(registry.knowledge, 'strict');
  for (const [type, demanded] of strict) {
    for (const { path, verified } of demanded) {
      const clean = verified?.missing === 0 && verified.open === 0;
      if (!clean) throw new NotVerifiedError(type, path.template, verified);
    }
  }
  for (const [type, demanded] of strict) await registry.append(decide(type, idsOf(demanded)));
  return { keyPaths: namesOf(strict) };
}
