import { DamagedKeyValueError } from '../keypaths/errors.js';
import { demand, type DemandedRow } from '../protocol/demand.js';
import { expiryOf, isExpired, mayBeDeleted } from '../protocol/expiry.js';
import { remaining } from '../protocol/prune.js';
import { keyId, own, type PrimaryRow, sameKey, userAttributes } from '../protocol/row.js';
import { assertMakesKeys } from '../protocol/sound.js';
import type { DemandedPath, Knowledge } from '../registry/knowledge.js';
import type { KeyAttributes } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { sameMap } from '../values/same-value.js';
import { DamagedRowError } from '../views/errors.js';
import type { TableFault } from './table-fault.js';
import type { CopyRow, TableRows } from './table-rows.js';

/**
 * What is wrong with the rows of items, as the registry asks for them: [STAMP-MONOTONE] stamps that the registry does
 * not have, [FENCE] stamps from before a sweep of all items, [LAYOUT] of every item at the epoch of its stamp (what was
 * dropped or withdrawn by then is gone), rows that no item lists, copies that differ from their primary row, and
 * [COMPLETE] items that a promoted key path does not lead to. Pure.
 *
 * @param now the server's time, in milliseconds: of what has expired by then, DynamoDB may have deleted some rows
 */
export function layoutFaults(
  rows: TableRows,
  knowledge: Knowledge,
  keys: KeyAttributes,
  now = -Infinity,
): readonly TableFault[] {
  const unlisted = new Map(rows.copies);
  const faults: TableFault[] = [...rows.damaged];
  for (const item of rows.items) {
    const at = { type: item.type, key: item.key };
    const epoch = rows.epochs[item.epoch] ?? knowledge;
    faults.push(
      ...stampFaults(item, knowledge),
      ...demandFaults(item, epoch, keys),
      ...missedFaults(item, knowledge, now),
    );
    for (const [path, listed] of item.manifest) {
      if (listed === 'open') continue;
      const copy = rows.copies.get(keyId(listed));
      if (copy === undefined || !isOf(copy, item, path)) {
        if (mayBeDeleted(item, now)) continue;
        faults.push({ ...at, invariant: 'LAYOUT', what: `lists a row on path ${path} that is not there` });
        continue;
      }
      unlisted.delete(keyId(listed));
      const differing = differences(item.raw, copy.raw, keys);
      if (differing.length > 0)
        faults.push({ ...at, invariant: 'LAYOUT', what: `has a stale row on path ${path}: ${differing.join(', ')}` });
    }
  }
  for (const copy of unlisted.values()) {
    const { key, type } = copy;
    if (!mayBeDeleted(copy, now)) faults.push({ invariant: 'LAYOUT', type, key, what: 'is a row that no item lists' });
  }
  return faults;
}

function stampFaults({ type, key, epoch, registry }: PrimaryRow, knowledge: Knowledge): readonly TableFault[] {
  const fault = (what: string, invariant: TableFault['invariant'] = 'STAMP-MONOTONE'): readonly TableFault[] => [
    { invariant, type, key, what },
  ];
  if (registry !== knowledge.shortId) return fault(`is stamped by another registry (${registry})`);
  if (epoch > knowledge.epoch) return fault(`is stamped ${epoch}, and the registry ends at epoch ${knowledge.epoch}`);
  if (epoch >= knowledge.swept) return [];
  return fault(`is stamped ${epoch}, and every item was swept to epoch ${knowledge.swept}`, 'FENCE');
}

/** @param knowledge at the epoch of the item's stamp */
function demandFaults(item: PrimaryRow, knowledge: Knowledge, keys: KeyAttributes): readonly TableFault[] {
  const { type, key, raw, manifest } = item;
  const fault = (what: string, invariant: TableFault['invariant'] = 'LAYOUT'): TableFault => ({
    invariant,
    type,
    key,
    what,
  });
  try {
    assertMakesKeys(item, knowledge);
  } catch (error) {
    if (error instanceof DamagedRowError) return [fault(`is damaged: ${error.message}`, 'NO-SURPRISE')];
    throw error;
  }
  const demanded = demand(knowledge.demanded.get(type)!, raw).slice(1);
  const attributes = userAttributes(raw, keys);
  return [
    ...demanded.flatMap((row) => listedFaults(item, row).map((what) => fault(what))),
    ...[...manifest.keys()]
      .filter((path) => !demanded.some((row) => row.path.id === path))
      .map((path) => fault(`lists a row on path ${path} that epoch ${item.epoch} does not demand`)),
    ...expiryFaults(item, knowledge).map((what) => fault(what)),
    ...(remaining(knowledge, type, attributes) === attributes ? [] : [fault('holds attributes that were dropped')]),
  ];
}

/** Promoted says that every item is found. @param knowledge all that there is */
function missedFaults(item: PrimaryRow, knowledge: Knowledge, now: number): readonly TableFault[] {
  const { type, key } = item;
  if (isExpired(item, now)) return [];
  return demandedOf(item, knowledge)
    .filter((row) => isMissed(item, row))
    .map((row) => ({ invariant: 'COMPLETE', type, key, what: missedText(row) }));
}

/** Damage is a fault of its own. */
function demandedOf({ type, raw }: PrimaryRow, { demanded }: Knowledge): readonly DemandedRow[] {
  try {
    return demand(demanded.get(type) ?? [], raw).slice(1);
  } catch (error) {
    if (error instanceof DamagedKeyValueError) return [];
    throw error;
  }
}

function listedFaults({ manifest, epoch }: PrimaryRow, { path, key }: DemandedRow): readonly string[] {
  const listed = manifest.get(path.id);
  if (listed === undefined) return [`lists no row on path ${path.id}, which epoch ${epoch} demands`];
  if (listed === 'open' || sameKey(listed, key)) return [];
  return [`lists its row on path ${path.id} under another key than its fields make`];
}

function expiryFaults(item: PrimaryRow, knowledge: Knowledge): readonly string[] {
  const expiry = expiryOf(knowledge, item.type, item.raw);
  return expiry === item.expiry ? [] : [`says to expire at ${item.expiry}, and epoch ${item.epoch} says ${expiry}`];
}

function isMissed({ manifest }: PrimaryRow, { path, state, byOlderDefault }: DemandedRow): boolean {
  const listed = manifest.get(path.id);
  // Items may meet where only older readers look: they leave it to the first.
  return state === 'promoted' && (listed === undefined || (listed === 'open' && !byOlderDefault));
}

const missedText = ({ path }: DemandedPath): string =>
  `is not found through the key path ${path.template}, which is promoted`;

function isOf({ owner, path }: CopyRow, item: PrimaryRow, listed: string): boolean {
  return path === listed && owner.type === item.type && sameKey(owner.key, item.key);
}

/** What Ductile writes on one of the two kinds of rows alone, or on a secondary row as a hint. */
const NOT_SHARED: ReadonlySet<string> = new Set([
  own.stamp,
  own.layout,
  own.ancestors,
  own.manifest,
  own.owner,
  own.path,
]);

/** The attributes in which a copy differs from its primary row. */
function differences(primary: AttributeMap, copy: AttributeMap, { pk, sk }: KeyAttributes): readonly string[] {
  const names = new Set([...Object.keys(primary), ...Object.keys(copy)]);
  return [...names].filter(
    (name) => name !== pk && name !== sk && !NOT_SHARED.has(name) && !sameMap(only(primary, name), only(copy, name)),
  );
}

function only(row: AttributeMap, name: string): AttributeMap {
  return Object.hasOwn(row, name) ? { [name]: row[name]! } : {};
}

/** True where a row without `$type` is the registry's. */
export const isRegistryRow = ({ pk }: RowKey): boolean => pk.startsWith('$');
