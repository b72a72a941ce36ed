import { DamagedKeyValueError } from '../keypaths/errors.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';
import { DamagedRowError } from '../views/errors.js';
import type { RowKey } from '../values/attribute-value.js';
import { keyOnPath } from './demand.js';
import { printKey } from './errors.js';
import { expiryOf } from './expiry.js';
import { own, type PrimaryRow, sameKey } from './row.js';

/**
 * Refuses a primary row whose attributes do not make its key, or no key or expiry where they should: to bring its rows to
 * an epoch would spread the damage. (What a user saves was checked by a view; background work sees the row alone.)
 *
 * @throws DamagedRowError
 */
export function assertSound(item: PrimaryRow, knowledge: Knowledge): void {
  const { demanded } = knowledge;
  const [primary, ...secondary] = demanded.get(item.type) ?? [];
  if (primary === undefined) throw damaged(item, own.type, 'names an item type that the registry does not know');
  const key = keyOf(item, primary.path);
  if (key === undefined || !sameKey(key, item.key)) {
    throw damaged(item, `its key on ${primary.path.template}`, 'is not the key that its attributes make');
  }
  for (const { path } of secondary) keyOf(item, path);
  assertExpiry(item, knowledge);
}

function assertExpiry(item: PrimaryRow, knowledge: Knowledge): void {
  try {
    expiryOf(knowledge, item.type, item.raw);
  } catch (error) {
    throw error instanceof DamagedRowError ? error.withKey(printKey(item.key)) : error;
  }
}

function keyOf(item: PrimaryRow, path: KeyPathModel): RowKey | undefined {
  try {
    return keyOnPath(path, item.raw);
  } catch (error) {
    if (!(error instanceof DamagedKeyValueError)) throw error;
    throw damaged(item, String(error.facts['field']), error.reason);
  }
}

function damaged({ type, key }: PrimaryRow, path: string, reason: string): DamagedRowError {
  return new DamagedRowError({ type, path, reason, key: printKey(key) });
}
