import { keyProblem } from '../keypaths/limits.js';
import { pathIdOf } from '../keypaths/model.js';
import { type RowOnPath, rowsOn } from '../protocol/demand.js';
import { ContentionError, ForeignRowError } from '../protocol/errors.js';
import { isExpired, mayBeDeleted } from '../protocol/expiry.js';
import {
  isOfItem,
  isOwnedBy,
  isSecondary,
  keyId,
  ownerOf,
  own,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  sameKey,
  type SecondaryRow,
  stampOf,
  userAttributes,
} from '../protocol/row.js';
import { assertSound } from '../protocol/sound.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { sameMap } from '../values/same-value.js';
import { DamagedRowError } from '../views/errors.js';
import { isAboutOneRow } from './passed-over.js';
import type { TypePaths } from './paths.js';
import type { Session } from './session.js';
import type { Finding, FindingKind } from './tally.js';

/** How often an item is looked at again whose keys change each time. More than any real item needs. */
const LOOKS = 100;

/** What is wrong with an item. */
export interface Look {
  readonly findings: readonly Finding[];
  /** Path ids whose open entry a write of the item can close: its key has become free, or the item has expired. */
  readonly closing: ReadonlySet<string>;
}

const sound: Look = Object.freeze({ findings: [], closing: new Set<string>() });

/**
 * Looks at an item and its rows on these key paths. What seems wrong counts only where it is so as well in the item and all
 * of these rows together, read at one moment: of an item that is written all the time they differ one by one.
 *
 * An item that has expired counts as not there, but for an open entry that could not be closed: somebody may have loaded
 * the item while it was there, and carry the entry on.
 *
 * @throws DamagedRowError; ContentionError where the item moved to other keys at each look
 */
export async function lookAtItem(session: Session, paths: TypePaths, seen: PrimaryRow): Promise<Look> {
  const { gateway } = session;
  await learn(session, seen);
  const keys = keysOn(paths, seen);
  const rows = await Promise.all(keys.map((key) => gateway.get(key)));
  const first = lookAt(gateway, paths, seen, byKey(keys, rows));
  if (first.findings.length === 0 && first.closing.size === 0) return sound;
  let item = seen;
  for (let looks = 0; looks < LOOKS; looks++) {
    const wanted = keysOn(paths, item);
    const [raw, ...together] = await gateway.getTogether([item.key, ...wanted]);
    if (raw === undefined) return sound;
    item = readPrimary(raw, item.key);
    await learn(session, item);
    const found = byKey(wanted, together);
    if (keysOn(paths, item).every((key) => found.has(keyId(key)))) return lookAt(gateway, paths, item, found);
  }
  throw new ContentionError(seen.type, LOOKS);
}

async function learn({ registry }: Session, item: PrimaryRow): Promise<void> {
  await registry.catchUp(item.epoch, item.registry);
  assertSound(item, registry.knowledge);
}

/** Where the rows of an item on these key paths are, or would be. There can be none at a key that DynamoDB does not take. */
const keysOn = ({ paths }: TypePaths, item: PrimaryRow): readonly RowKey[] =>
  rowsOnAll(paths, item).flatMap(({ key }) => (key === undefined || keyProblem(key) !== undefined ? [] : key));

const rowsOnAll = (paths: TypePaths['paths'], item: PrimaryRow): readonly RowOnPath[] =>
  paths.flatMap((demanded) => rowsOn(demanded, item.raw));

/** Rows as they were read, by their keys. */
type Rows = ReadonlyMap<string, AttributeMap | undefined>;

const byKey = (keys: readonly RowKey[], rows: readonly (AttributeMap | undefined)[]): Rows =>
  new Map(keys.map((key, i) => [keyId(key), rows[i]]));

function lookAt(gateway: Gateway, { paths }: TypePaths, item: PrimaryRow, rows: Rows): Look {
  const now = gateway.serverTime();
  const expired = isExpired(item, now);
  const findings: Finding[] = [];
  const closing = new Set<string>();
  for (const { path, key } of rowsOnAll(paths, item)) {
    if (expired && item.manifest.get(path.id) !== 'open') continue;
    const row = key && rows.get(keyId(key));
    const kind = findingOn(gateway, item, path.id, key, row);
    // Items may meet at a value that only older readers read: what is open there is no fault, however long it is.
    const counts = kind !== 'open' || pathIdOf(path.id) === path.id;
    if (kind !== undefined && counts) findings.push({ path: path.id, kind });
    if (kind === 'open' && (expired || isFree(rows, key!, now))) closing.add(path.id);
  }
  return { findings, closing };
}

function isFree(rows: Rows, key: RowKey, now: number): boolean {
  const row = rows.get(keyId(key));
  if (row === undefined) return rows.has(keyId(key));
  const copy = unlessDamaged(() => readSecondary(row, key));
  return copy !== undefined && isExpired(copy, now);
}

/** What is wrong with the row of an item on a key path; undefined where nothing is. */
export function findingOn(
  gateway: Gateway,
  item: PrimaryRow,
  path: string,
  key: RowKey | undefined,
  row: AttributeMap | undefined,
): FindingKind | undefined {
  const listed = item.manifest.get(path);
  if (key === undefined) return listed === undefined ? undefined : 'manifest';
  if (listed === undefined) return 'missing';
  if (listed === 'open') return 'open';
  if (!sameKey(listed, key)) return 'manifest';
  // DynamoDB deletes the rows of an expired item one by one, and whoever comes then may take the key.
  const mayLack = mayBeDeleted(item, gateway.serverTime());
  if (row === undefined) return mayLack ? undefined : 'missing';
  // What does not say whose it is cannot be told from another item's.
  if (!isOwnedBy(row, item)) return mayLack ? undefined : 'foreign';
  return isCopy(gateway, item, path, row, key) ? undefined : 'stale';
}

/**
 * [LAYOUT]: a copy equals its primary in the user's fields, type, revision, incarnation and expiry. Its stamp is of the same
 * registry, and no newer than that of the item.
 */
function isCopy({ keys }: Gateway, item: PrimaryRow, path: string, row: AttributeMap, key: RowKey): boolean {
  const copy = unlessDamaged(() => ({ ...readSecondary(row, key), stamp: stampOf(row, key) }));
  if (copy === undefined || copy.path !== path) return false;
  if (copy.stamp.registry !== item.registry || copy.stamp.epoch > item.epoch) return false;
  return sameMap(copiedPart(item.raw, keys), copiedPart(row, keys));
}

/** What a copy has of its primary. */
export const copiedPart = (row: AttributeMap, keys: KeyAttributes): AttributeMap => ({
  ...userAttributes(row, keys),
  ...Object.fromEntries(COPIED.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]]))),
});

const COPIED = [own.type, own.revision, own.incarnation, own.expiry];

/** What is read of a row; undefined when Ductile's own attributes on it are not what it writes. */
function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedRowError || error instanceof ForeignRowError) return undefined;
    throw error;
  }
}

/**
 * A secondary row is dangling where its owner does not list it; what seems so is read together with its owner, at one
 * moment. Not so where it expires: its owner may have been deleted before it, and DynamoDB deletes it too. Nor where what
 * stands in its owner's place cannot be relied on: the row may be the last good copy of that.
 */
export async function isDangling(session: Looking, key: RowKey, seen: SecondaryRow): Promise<boolean> {
  const { gateway } = session;
  if (mayBeDeleted(seen, gateway.serverTime())) return false;
  if ((await ownerSays(session, key, seen, await gateway.get(seen.owner.key))) !== 'not mine') return false;
  const [raw, owner] = await gateway.getTogether([key, seen.owner.key]);
  if (raw === undefined || !isSecondary(raw)) return false;
  const row = unlessDamaged(() => readSecondary(raw, key));
  // Whoever wrote it since then has listed it.
  return row?.revision === seen.revision && (await ownerSays(session, key, row, owner)) === 'not mine';
}

type Looking = Pick<Session, 'gateway' | 'registry'>;

/** What the owner of a secondary row, as it was read, says of the row; `damaged` when nothing rests on what it says. */
export async function ownerSays(
  { registry }: Looking,
  key: RowKey,
  { path, owner: { type, key: ownerKey } }: SecondaryRow,
  raw: AttributeMap | undefined,
): Promise<'mine' | 'not mine' | 'damaged'> {
  if (raw === undefined || !isOfItem(raw)) return 'not mine';
  try {
    const owner = readPrimary(raw, ownerKey);
    const listed = owner.manifest.get(path);
    if (owner.type === type && listed !== undefined && listed !== 'open' && sameKey(listed, key)) return 'mine';
    assertSound(owner, await registry.catchUp(owner.epoch, owner.registry));
    return 'not mine';
  } catch (error) {
    if (isAboutOneRow(error)) return 'damaged';
    throw error;
  }
}

/** True when a sound item lists a row: then the row is a copy of it that a repair writes anew; or when it is gone. */
export async function isListed({ gateway, registry }: Looking, key: RowKey): Promise<boolean> {
  const now = await gateway.get(key);
  const owner = now && ownerOf(now);
  if (owner === undefined) return now === undefined;
  try {
    const raw = await gateway.get(owner.key);
    if (raw === undefined) return false;
    const item = readPrimary(raw, owner.key);
    assertSound(item, await registry.catchUp(item.epoch, item.registry));
    return [...item.manifest.values()].some((listed) => listed !== 'open' && sameKey(listed, key));
  } catch (error) {
    if (isAboutOneRow(error)) return false;
    throw error;
  }
}
