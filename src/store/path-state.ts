import { PRIMARY } from '../keypaths/model.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';

/**
 * True where every item that was committed has its row on the path, as far as is known. A path goes back only with its
 * version, and may be promoted again where that is published again.
 *
 * @param by the epoch known when a read began: a path that was promoted later tells nothing of it
 */
export function isPromoted(
  { demanded, epoch }: Knowledge,
  type: string,
  { id }: KeyPathModel,
  by: number = epoch,
): boolean {
  if (id === PRIMARY) return true;
  const known = demanded.get(type)?.find(({ path }) => path.id === id);
  return known?.state === 'promoted' && known.since <= by;
}
