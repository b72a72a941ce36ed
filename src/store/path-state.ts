import type { Knowledge } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';

/** The id of every type's primary key path: its rows are the items, so it is complete from the first day. */
export const PRIMARY = '0';

/** True where every item that was committed has its row on the path, as far as is known. A path goes back only with its version. */
export function isPromoted(knowledge: Knowledge, type: string, path: KeyPathModel): boolean {
  if (path.id === PRIMARY) return true;
  return knowledge.demanded.get(type)?.find((demanded) => demanded.path.id === path.id)?.state === 'promoted';
}
