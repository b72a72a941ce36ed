import { PRIMARY } from '../keypaths/model.js';
import type { KeyAttributes } from '../table/gateway.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { setOwn } from '../values/own.js';
import { DamagedRowError } from '../views/errors.js';
import { ForeignRowError, printKey } from './errors.js';

/**
 * The row's form: Ductile's own attributes. Everything else on a row is the user's.
 *
 * @example
 * // The primary row of an order that has one secondary row, and that secondary row:
 * { pk: '/customer-7f…', sk: '/order-a1…', $type: 'Order', $stamp: [3, '9c1e04d2'], $rev: 'Zk…', $inc: 'Q0…',
 *   $anc: ['Q0…', '', '', ''], $paths: { '1': ['/delivery-j1704067200', '/customer-7f…/order-a1…'] },
 *   customerId: '7f…', orderId: 'a1…', deliveryDate: 1704067200 }
 * { pk: '/delivery-j1704067200', sk: '/customer-7f…/order-a1…', $type: 'Order', $stamp: [3, '9c1e04d2'],
 *   $rev: 'Zk…', $inc: 'Q0…', $owner: ['Order', '/customer-7f…', '/order-a1…'], $path: '1',
 *   customerId: '7f…', orderId: 'a1…', deliveryDate: 1704067200 }
 */
export const own = Object.freeze({
  type: '$type',
  stamp: '$stamp',
  revision: '$rev',
  layout: '$lay',
  incarnation: '$inc',
  ancestors: '$anc',
  manifest: '$paths',
  owner: '$owner',
  path: '$path',
  expiry: '$exp',
});

/** How many earlier user revisions a primary row remembers. */
const ANCESTORS = 4;

/** The manifest: by path id, the key of the secondary row that exists, or `open` where a conflict keeps it away. */
export type Manifest = ReadonlyMap<string, RowKey | 'open'>;

/** What Ductile's own attributes on a primary row say. */
export interface PrimaryRow {
  readonly key: RowKey;
  readonly type: string;
  readonly epoch: number;
  readonly registry: string;
  readonly revision: string;
  readonly layout: number;
  readonly incarnation: string;
  readonly ancestors: readonly string[];
  readonly manifest: Manifest;
  /** In seconds since 1970; absent where the item never expires. */
  readonly expiry?: number;
  /** The row as it was read. */
  readonly raw: AttributeMap;
}

/** What Ductile's own attributes on a secondary row say. */
export interface SecondaryRow {
  readonly type: string;
  readonly path: string;
  readonly owner: Owner;
  readonly revision: string;
  readonly incarnation: string;
  /** As on the primary row. */
  readonly expiry?: number;
}

/** Who owns a secondary row: the item's type and primary key. */
export interface Owner {
  readonly type: string;
  readonly key: RowKey;
}

export const sameKey = (a: RowKey, b: RowKey): boolean => a.pk === b.pk && a.sk === b.sk;

/** One string for a key, for maps and sets. */
export const keyId = (key: RowKey): string => `${key.pk}\u0000${key.sk}`;

export const isSecondary = (row: AttributeMap): boolean => own.owner in row;

/** What only rows of items have: a row that lost some of it by another hand still shows the rest. */
const OF_ITEMS: readonly string[] = Object.values(own);

/** True where the row is an item's, whole or damaged; false for rows of other programs, and of the registry. */
export const isOfItem = (row: AttributeMap): boolean => own.type in row || OF_ITEMS.some((name) => name in row);

/** The type of a row; undefined where the row is not Ductile's. */
export function typeOf(row: AttributeMap): string | undefined {
  return text(row[own.type]);
}

/** The user's attributes: what is neither Ductile's nor the table's. */
export function userAttributes(row: AttributeMap, keys: KeyAttributes): AttributeMap {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of Object.keys(row)) {
    if (name.charCodeAt(0) !== 36 && name !== keys.pk && name !== keys.sk) setOwn(attributes, name, row[name]!);
  }
  return attributes;
}

/** The stamp of a row, primary or secondary. */
export function stampOf(row: AttributeMap, key: RowKey): { readonly epoch: number; readonly registry: string } {
  const stamp = row[own.stamp];
  const [epoch, registry] = stamp !== undefined && 'L' in stamp ? stamp.L : [];
  const number = epoch !== undefined && 'N' in epoch ? Number(epoch.N) : NaN;
  const id = text(registry);
  if (!Number.isSafeInteger(number) || number < 1 || id === undefined) throw damaged(row, key, own.stamp);
  return { epoch: number, registry: id };
}

/** Reads a primary row's own attributes; a row that lacks one was damaged by hand and is refused. */
export function readPrimary(row: AttributeMap, key: RowKey): PrimaryRow {
  const type = typeOf(row);
  if (isSecondary(row) || !isOfItem(row)) throw new ForeignRowError(key);
  if (type === undefined) throw damaged(row, key, own.type);
  const layout = row[own.layout];
  return {
    key,
    type,
    ...stampOf(row, key),
    revision: needText(row, key, own.revision),
    layout: layout === undefined ? 0 : readLayout(row, key, layout),
    incarnation: needText(row, key, own.incarnation),
    ancestors: readAncestors(row, key),
    manifest: readManifest(row, key),
    ...expiring(readExpiry(row, key)),
    raw: row,
  };
}

/** Reads a secondary row's own attributes. */
export function readSecondary(row: AttributeMap, key: RowKey): SecondaryRow {
  const type = typeOf(row);
  if (!isOfItem(row)) throw new ForeignRowError(key);
  if (type === undefined) throw damaged(row, key, own.type);
  const owner = ownerOf(row);
  if (owner === undefined) throw damaged(row, key, own.owner);
  return {
    type,
    path: needText(row, key, own.path),
    owner,
    revision: needText(row, key, own.revision),
    incarnation: needText(row, key, own.incarnation),
    ...expiring(readExpiry(row, key)),
  };
}

/** The id that a row has: that of its key path, or of the older reading of one that it is for. */
export const rowIdOf = (row: AttributeMap, key: RowKey): string =>
  isSecondary(row) ? readSecondary(row, key).path : PRIMARY;

/** Who owns a row, as far as the row says so: also where it is damaged otherwise. */
export function ownerOf(row: AttributeMap): Owner | undefined {
  const owner = row[own.owner];
  const [type, pk, sk] = owner !== undefined && 'L' in owner ? owner.L.map(text) : [];
  return type === undefined || pk === undefined || sk === undefined ? undefined : { type, key: { pk, sk } };
}

/** True where the row says that it is of this item. */
export function isOwnedBy(row: AttributeMap, { type, key }: Owner): boolean {
  const owner = ownerOf(row);
  return owner !== undefined && owner.type === type && sameKey(owner.key, key);
}

/** The expiry of a row, primary or secondary, in seconds since 1970; undefined where it never expires. */
export function readExpiry(row: AttributeMap, key: RowKey): number | undefined {
  const value = row[own.expiry];
  if (value === undefined) return undefined;
  const expiry = 'N' in value ? Number(value.N) : NaN;
  if (!Number.isSafeInteger(expiry)) throw damaged(row, key, own.expiry);
  return expiry;
}

/** As a part of what is read of a row, which has no such property where the item never expires. */
const expiring = (expiry: number | undefined): Pick<PrimaryRow, 'expiry'> => (expiry === undefined ? {} : { expiry });

/** A primary row without its key: the user's attributes and Ductile's own. */
export function primaryAttributes(user: AttributeMap, of: Omit<PrimaryRow, 'key' | 'raw'>): AttributeMap {
  const manifest: Record<string, AttributeValue> = {};
  for (const [id, key] of of.manifest)
    manifest[id] = key === 'open' ? { S: 'open' } : { L: [{ S: key.pk }, { S: key.sk }] };
  const row = sharedAttributes(user, of);
  if (of.layout > 0) row[own.layout] = { N: String(of.layout) };
  row[own.ancestors] = { L: of.ancestors.map((revision) => ({ S: revision })) };
  row[own.manifest] = { M: manifest };
  return row;
}

/** A secondary row without its key: the user's attributes and Ductile's own. */
export function secondaryAttributes(user: AttributeMap, of: Omit<PrimaryRow, 'raw'>, path: string): AttributeMap {
  const row = sharedAttributes(user, of);
  row[own.owner] = ownerValue(of);
  row[own.path] = { S: path };
  return row;
}

/** The value that `$owner` has on the rows of an item. */
export const ownerValue = (item: Owner): AttributeValue => ({
  L: [{ S: item.type }, { S: item.key.pk }, { S: item.key.sk }],
});

/** The ancestors after one more user write. */
export function shiftAncestors(row: Pick<PrimaryRow, 'ancestors' | 'revision'> | undefined): readonly string[] {
  if (row === undefined) return Array<string>(ANCESTORS).fill('');
  return [row.revision, ...row.ancestors].slice(0, ANCESTORS);
}

function sharedAttributes(user: AttributeMap, of: Omit<PrimaryRow, 'key' | 'raw'>): Record<string, AttributeValue> {
  const row: Record<string, AttributeValue> = {
    ...user,
    [own.type]: { S: of.type },
    [own.stamp]: { L: [{ N: String(of.epoch) }, { S: of.registry }] },
    [own.revision]: { S: of.revision },
    [own.incarnation]: { S: of.incarnation },
  };
  if (of.expiry !== undefined) row[own.expiry] = { N: String(of.expiry) };
  return row;
}

function readLayout(row: AttributeMap, key: RowKey, value: AttributeValue): number {
  const layout = 'N' in value ? Number(value.N) : NaN;
  if (!Number.isSafeInteger(layout) || layout < 1) throw damaged(row, key, own.layout);
  return layout;
}

function readAncestors(row: AttributeMap, key: RowKey): readonly string[] {
  const list = row[own.ancestors];
  const revisions = list !== undefined && 'L' in list ? list.L.map(text) : [];
  if (revisions.length !== ANCESTORS || revisions.includes(undefined)) throw damaged(row, key, own.ancestors);
  return revisions as readonly string[];
}

function readManifest(row: AttributeMap, key: RowKey): Manifest {
  const map = row[own.manifest];
  if (map === undefined || !('M' in map)) throw damaged(row, key, own.manifest);
  const manifest = new Map<string, RowKey | 'open'>();
  for (const [id, entry] of Object.entries(map.M)) {
    const [pk, sk] = 'L' in entry ? entry.L.map(text) : [];
    if (pk !== undefined && sk !== undefined) manifest.set(id, { pk, sk });
    else if (text(entry) === 'open') manifest.set(id, 'open');
    else throw damaged(row, key, own.manifest);
  }
  return manifest;
}

function needText(row: AttributeMap, key: RowKey, attribute: string): string {
  const value = text(row[attribute]);
  if (value === undefined) throw damaged(row, key, attribute);
  return value;
}

function text(value: AttributeValue | undefined): string | undefined {
  return value !== undefined && 'S' in value ? value.S : undefined;
}

function damaged(row: AttributeMap, key: RowKey, attribute: string): DamagedRowError {
  const reason = row[attribute] === undefined ? 'is missing' : 'is not what Ductile writes';
  return new DamagedRowError({ type: typeOf(row) ?? 'an unknown type', path: attribute, reason, key: printKey(key) });
}
