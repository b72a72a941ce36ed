import { DamagedKeyValueError } from '../keypaths/errors.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';
import { DamagedRowError } from '../views/errors.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { keyOnPath } from './demand.js';
import { printKey } from './errors.js';
import { expiryOf } from './expiry.js';
import { assertReadable, hasSeveralReaders } from './readable.js';
import { own, type PrimaryRow, sameKey, typeOf } from './row.js';

/**
 * Refuses a primary row that is not what Ductile writes: its attributes do not make its key, or no key or expiry where they
 * should, or a version that has it cannot read it. Whatever copies from one row of an item to others asks this first, since
 * a copy would spread the damage over rows that are still good.
 *
 * @param item stamped by an entry that is known
 * @throws DamagedRowError
 */
export function assertSound(item: PrimaryRow, knowledge: Knowledge): void {
  assertMakesKeys(item, knowledge);
  naming(item, () => {
    assertReadable(knowledge, item.type, item.raw);
    assertExpiry(item, knowledge);
  });
}

/** The part of it that the rows of an item follow from. @throws DamagedRowError */
export function assertMakesKeys(item: PrimaryRow, knowledge: Knowledge): void {
  assertOwnKey(item, knowledge);
  for (const { path } of knowledge.demanded.get(item.type)!) keyOf(item, path);
  naming(item, () => void expiryOf(knowledge, item.type, item.raw));
}

/**
 * Refuses a user's write that would put a value on the copies of an item which a version other than the caller's cannot
 * read. When all versions read the item alike there is nothing to ask.
 *
 * @throws DamagedRowError
 */
export function assertCopyable(item: PrimaryRow, attributes: AttributeMap, knowledge: Knowledge): void {
  if (hasSeveralReaders(knowledge, item.type)) naming(item, () => assertReadable(knowledge, item.type, attributes));
}

/**
 * Refuses a primary row whose type is not known, or whose attributes make another key than it has: what its type says of it
 * may not be so.
 *
 * @throws DamagedRowError
 */
export function assertOwnKey(item: MetRow, { demanded }: Knowledge): void {
  const [primary] = demanded.get(item.type) ?? [];
  if (primary === undefined) throw damaged(item, own.type, 'names an item type that the registry does not know');
  const key = keyOf(item, primary.path);
  if (key === undefined || !sameKey(key, item.key)) {
    throw damaged(item, `its key on ${primary.path.template}`, 'is not the key that its attributes make');
  }
}

/**
 * Refuses the own row of an item where somebody has made it say that it is a copy of another's: a pass that believed it would
 * leave the item behind, and a repair might take it for a row that nobody lists.
 *
 * @param raw says whose copy it is
 * @throws DamagedRowError
 */
export function assertIsCopy(raw: AttributeMap, key: RowKey, { demanded }: Knowledge): void {
  const type = typeOf(raw) ?? '';
  const row = { type, key, raw };
  const isOfNoPath = !(own.path in raw) && (own.manifest in raw || own.ancestors in raw);
  const [primary] = demanded.get(type) ?? [];
  const made = primary && keyIfAny(row, primary.path);
  const isOwn = made !== undefined && sameKey(made, key);
  if (isOfNoPath || isOwn) throw damaged(row, own.owner, 'stands on the own row of an item, which is no copy');
}

function keyIfAny(...[{ raw }, path]: Parameters<typeof keyOf>): RowKey | undefined {
  try {
    return keyOnPath(path, raw);
  } catch (error) {
    if (error instanceof DamagedKeyValueError) return undefined;
    throw error;
  }
}

type MetRow = Pick<PrimaryRow, 'type' | 'key' | 'raw'>;

/** What is written since the newest change of the rule has the expiry that the rule makes of it today. */
function assertExpiry(item: PrimaryRow, knowledge: Knowledge): void {
  const expiry = expiryOf(knowledge, item.type, item.raw);
  if (item.epoch < ruledSince(knowledge) || expiry === item.expiry) return;
  throw damaged(item, own.expiry, 'is not the time at which its attributes say that it expires');
}

/** The newest entry that may have changed when items expire. */
const ruledSince = ({ versions, withdrawn, dropped }: Knowledge): number =>
  Math.max(
    dropped?.since ?? 0,
    ...[...versions.values()].map(({ epoch }) => epoch),
    ...withdrawn.map(({ since, gone = 0 }) => Math.max(since, gone)),
  );

/** Errors that name no row name this one. */
function naming(item: PrimaryRow, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof DamagedRowError ? error.withKey(printKey(item.key)) : error;
  }
}

function keyOf(item: MetRow, path: KeyPathModel): RowKey | undefined {
  try {
    return keyOnPath(path, item.raw);
  } catch (error) {
    if (!(error instanceof DamagedKeyValueError)) throw error;
    throw damaged(item, String(error.facts['field']), error.reason);
  }
}

function damaged({ type, key }: MetRow, path: string, reason: string): DamagedRowError {
  return new DamagedRowError({ type, path, reason, key: printKey(key) });
}
