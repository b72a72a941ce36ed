import { keyOnPath } from '../protocol/demand.js';
import { isExpired, mayBeDeleted } from '../protocol/expiry.js';
import {
  own,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  sameKey,
  type SecondaryRow,
  userAttributes,
} from '../protocol/row.js';
import { assertSound } from '../protocol/sound.js';
import type { Gateway, KeyAttributes } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { sameMap } from '../values/same-value.js';
import { epochOf, type TypePaths } from './paths.js';
import type { Session } from './session.js';
import type { Finding, FindingKind } from './tally.js';

/** How often an item that seems wrong is looked at again while it goes on changing. More than any real item needs. */
const LOOKS = 100;

/**
 * What is wrong with one item: seen between two equal reads of it, so that nobody wrote it meanwhile.
 *
 * An item that has expired counts as not there, but for an open entry that could not be closed: somebody may have loaded
 * the item while it was there, and carry the entry on.
 */
export async function lookAtItem(session: Session, paths: TypePaths, seen: PrimaryRow): Promise<readonly Finding[]> {
  const { gateway, registry } = session;
  let item: PrimaryRow | undefined = seen;
  for (let looks = 1; ; looks++) {
    await registry.catchUp(item.epoch, item.registry);
    assertSound(item, registry.knowledge);
    item = await withClosedEntries(session, paths, item);
    if (item === undefined) return [];
    const findings = await findingsOf(gateway, paths, item);
    if (findings.length === 0) return [];
    const again = await readItem(gateway, item.key);
    if (again === undefined) return [];
    const settled = again.revision === item.revision && again.layout === item.layout;
    // What never settles counts: a key path that is not proved complete is not promoted.
    if (settled || looks === LOOKS) return findings;
    item = again;
  }
}

/** The item after a write that closes what open entries of it can be closed. */
async function withClosedEntries(
  { writer }: Session,
  paths: TypePaths,
  item: PrimaryRow,
): Promise<PrimaryRow | undefined> {
  const hasOpen = paths.paths.some(({ path }) => item.manifest.get(path.id) === 'open');
  return hasOpen ? writer.sweep(item, epochOf(paths)) : item;
}

async function findingsOf(gateway: Gateway, { paths }: TypePaths, item: PrimaryRow): Promise<readonly Finding[]> {
  const expired = isExpired(item, gateway.serverTime());
  const findings = paths.map(async ({ path }): Promise<readonly Finding[]> => {
    if (expired && item.manifest.get(path.id) !== 'open') return [];
    const key = keyOnPath(path, item.raw);
    const kind = await findingOn(gateway, item, path.id, key);
    return kind === undefined ? [] : [{ path: path.id, kind, key: key ?? item.key }];
  });
  return (await Promise.all(findings)).flat();
}

/** What is wrong with the row of an item on a key path, as it is just now; undefined where nothing is. */
export async function findingOn(
  gateway: Gateway,
  item: PrimaryRow,
  path: string,
  key: RowKey | undefined,
): Promise<FindingKind | undefined> {
  const listed = item.manifest.get(path);
  if (key === undefined) return listed === undefined ? undefined : 'manifest';
  if (listed === undefined) return 'missing';
  if (listed === 'open') return 'open';
  if (!sameKey(listed, key)) return 'manifest';
  const row = await gateway.get(key);
  // DynamoDB deletes the rows of an expired item one by one, and whoever comes then may take the key.
  const mayLack = mayBeDeleted(item, gateway.serverTime());
  if (row === undefined) return mayLack ? undefined : 'missing';
  const copy = readSecondary(row, key);
  if (copy.owner.type !== item.type || !sameKey(copy.owner.key, item.key)) return mayLack ? undefined : 'foreign';
  return copy.path === path && isCopy(gateway, item.raw, row) ? undefined : 'stale';
}

/** [LAYOUT]: a copy equals its primary in the user's fields, type, revision, incarnation and expiry. */
function isCopy({ keys }: Gateway, primary: AttributeMap, copy: AttributeMap): boolean {
  return sameMap(copiedPart(primary, keys), copiedPart(copy, keys));
}

/** What a copy has of its primary. */
export const copiedPart = (row: AttributeMap, keys: KeyAttributes): AttributeMap => ({
  ...userAttributes(row, keys),
  [own.type]: row[own.type]!,
  [own.revision]: row[own.revision]!,
  [own.incarnation]: row[own.incarnation]!,
  ...(row[own.expiry] === undefined ? {} : { [own.expiry]: row[own.expiry]! }),
});

/**
 * A secondary row is dangling where its owner, read after it, does not list it, and it is still there afterwards. Not so
 * where it expires: its owner may have been deleted before it, and DynamoDB deletes it too.
 */
export async function isDangling(gateway: Gateway, key: RowKey, row: SecondaryRow): Promise<boolean> {
  if (mayBeDeleted(row, gateway.serverTime())) return false;
  const owner = await readItem(gateway, row.owner.key);
  const listed = owner?.manifest.get(row.path);
  if (listed !== undefined && listed !== 'open' && sameKey(listed, key)) return false;
  const again = await gateway.get(key);
  return again !== undefined && readSecondary(again, key).revision === row.revision;
}

async function readItem(gateway: Gateway, key: RowKey): Promise<PrimaryRow | undefined> {
  const row = await gateway.get(key);
  return row === undefined ? undefined : readPrimary(row, key);
}
