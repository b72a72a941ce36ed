import type { ItemTypeModel } from '../schema/model.js';
import { OptimisticLockError } from './errors.js';
import type { PrimaryRow } from './row.js';

const winners = new WeakMap<OptimisticLockError, PrimaryRow>();

/** Another writer was faster. */
export function lostRace(type: ItemTypeModel, what: 'changed' | 'deleted', now?: PrimaryRow): OptimisticLockError {
  const error = new OptimisticLockError(type.name, type.keyPaths[0]!.template, what);
  if (now !== undefined) winners.set(error, now);
  return error;
}

/**
 * The row as the faster writer left it, if the refused write brought it back: the next attempt can start there without a
 * read. It is kept beside the error because errors are logged, and an item's data is not.
 */
export const rowThatWon = (error: OptimisticLockError): PrimaryRow | undefined => winners.get(error);
