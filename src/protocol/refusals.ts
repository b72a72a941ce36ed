import type { Knowledge } from '../registry/knowledge.js';
import type { ItemTypeModel } from '../schema/model.js';
import type { WriteTooLargeError } from '../table/errors.js';
import type { Gateway, Refusal } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { KeyPathConflictError } from './errors.js';
import type { DemandedRow } from './demand.js';
import { isExpired } from './expiry.js';
import { type DanglingRow, type Findings, nothingFound } from './findings.js';
import { mayStayOpen, type Plan, type Purpose } from './plan.js';
import { keyId, type PrimaryRow, readPrimary, readSecondary, sameKey, stampOf, typeOf } from './row.js';
import { assertOwnKey } from './sound.js';

/** What the refusals of an attempt mean for the next one. */
export interface Reading {
  /** The primary's condition failed; `now` is the row that stands there, undefined where there is none. Nothing else was looked at. */
  readonly primary?: { readonly now: PrimaryRow | undefined };
  /** A fence says that the registry has entries that this process does not know. */
  readonly fenced: boolean;
  readonly findings: Findings;
}

/** What refusals are read with. */
export interface Reader {
  readonly gateway: Gateway;
  readonly knowledge: Knowledge;
}

/**
 * Reads what DynamoDB answered about a plan whose conditions failed. A cancellation reason `None` does not prove that its
 * condition held, so only the actions that were refused are looked at.
 *
 * Reads the owner of every row that was in the way (one consistent get each) before a conflict is reported.
 *
 * @param type the item type as the caller knows it: how a conflict names its key path
 * @throws KeyPathConflictError where another item has a row that this write may not leave open.
 * @throws ForeignRowError where a row stands on one of the item's keys that Ductile did not write.
 * @throws DamagedRowError where a row in the way, or its owner, cannot be understood
 */
export async function readRefusals(
  { gateway, knowledge }: Reader,
  plan: Plan,
  refusals: readonly Refusal[],
  before: PrimaryRow | undefined,
  findings: Findings,
  type?: ItemTypeModel,
): Promise<Reading> {
  const fenced = refusals.some(({ action }) => plan.purposes[action]!.for === 'fence');
  const moved = refusals.find(({ action }) => plan.purposes[action]!.for === 'primary');
  if (moved !== undefined) {
    // What was planned for the other rows was planned for an item that is no more as it was seen: whether a conflict of
    // theirs is an error depends on the manifest as it is now.
    const { row } = moved;
    return {
      primary: { now: row && readPrimary(row, plan.actions[moved.action]!.key) },
      fenced,
      findings: nothingFound,
    };
  }
  const next: Collected = {
    open: new Set(findings.open),
    dangling: new Map(findings.dangling),
    notOurs: new Set(findings.notOurs),
    expired: new Map(findings.expired),
  };
  for (const { action, row } of refusals) {
    const purpose: Purpose = plan.purposes[action]!;
    const { key } = plan.actions[action]!;
    switch (purpose.for) {
      case 'primary':
      case 'fence':
        break;
      case 'drop':
        next.notOurs.add(keyId(key));
        break;
      case 'owner':
        for (const path of purpose.paths) next.dangling.delete(path);
        break;
      case 'expired':
        next.expired.delete(keyId(key));
        break;
      case 'row':
        next.dangling.delete(purpose.row.path.id);
        // Where there is no row, it was in the way and is gone: the next attempt finds out.
        if (row !== undefined)
          await readRowInTheWay({ gateway, knowledge }, next, { key, row, demanded: purpose.row, before, type });
    }
  }
  for (const [id, { manifest }] of next.expired) {
    if (findings.expired.has(id)) continue;
    // What is not this item's may be that one's: the next attempt asks for either.
    for (const key of manifest.values()) if (key !== 'open') next.notOurs.delete(keyId(key));
  }
  return { fenced, findings: next };
}

/** Findings as they are collected from one answer. */
interface Collected extends Findings {
  readonly open: Set<string>;
  readonly dangling: Map<string, DanglingRow>;
  readonly notOurs: Set<string>;
  readonly expired: Map<string, PrimaryRow>;
}

interface RowInTheWay {
  readonly key: RowKey;
  readonly row: AttributeMap;
  readonly demanded: DemandedRow;
  readonly before: PrimaryRow | undefined;
  readonly type: ItemTypeModel | undefined;
}

async function readRowInTheWay(
  reader: Reader,
  next: Collected,
  { key, row, demanded, before, type }: RowInTheWay,
): Promise<void> {
  const found = await whoseRow(reader, row, key);
  const expired = (item: PrimaryRow): boolean => isExpired(item, reader.gateway.serverTime());
  if ('dangling' in found) next.dangling.set(demanded.path.id, found.dangling);
  else if (expired(found.owner)) next.expired.set(keyId(found.owner.key), found.owner);
  // An item that has expired itself gives way: DynamoDB deleted its row, and another took the key.
  else if (before !== undefined && expired(before)) next.expired.set(keyId(before.key), before);
  else if (mayStayOpen(demanded, before)) next.open.add(demanded.path.id);
  else throw conflict(demanded, typeOf(row)!, type);
}

/** In the caller's names; a key path that only newer versions have has theirs. */
function conflict({ path }: DemandedRow, storageName: string, type: ItemTypeModel | undefined): KeyPathConflictError {
  const known = type?.keyPaths.find(({ id }) => id === path.id);
  return new KeyPathConflictError(type?.name ?? storageName, (known ?? path).template);
}

/**
 * What a write that DynamoDB would refuse for its size may leave open: the copy that is too large by itself, else (the
 * primary row, or the transaction) every copy that may. Undefined where that mends nothing.
 */
export function readTooLarge(
  { facts }: WriteTooLargeError,
  { purposes }: Plan,
  before: PrimaryRow | undefined,
  findings: Findings,
): Findings | undefined {
  // The item itself has to become smaller.
  if (facts['room'] !== undefined) return undefined;
  const rows = purposes.flatMap((purpose) => (purpose.for === 'row' ? [purpose.row] : []));
  const alone = rows.find(({ key }) => key.pk === facts['pk'] && key.sk === facts['sk']);
  const leave = (alone === undefined ? rows : [alone]).filter((row) => mayStayOpen(row, before));
  if (leave.length === 0) return undefined;
  return { ...findings, open: new Set([...findings.open, ...leave.map(({ path }) => path.id)]) };
}

/**
 * The item that has a row, or the row as dangling where its owner is gone or does not list it. What stands in its owner's
 * place and is of another type may be the owner, damaged: then the row may be the last good copy of it.
 *
 * @throws DamagedRowError
 */
async function whoseRow(
  { gateway, knowledge }: Reader,
  row: AttributeMap,
  key: RowKey,
): Promise<{ readonly owner: PrimaryRow } | { readonly dangling: DanglingRow }> {
  const { owner, path, revision } = readSecondary(row, key);
  const found = await gateway.get(owner.key);
  const primary = found === undefined ? undefined : readPrimary(found, owner.key);
  const listed = primary?.manifest.get(path);
  if (primary?.type === owner.type && listed !== undefined && listed !== 'open' && sameKey(listed, key)) {
    return { owner: primary };
  }
  if (primary !== undefined && primary.type !== owner.type && primary.epoch <= knowledge.epoch) {
    assertOwnKey(primary, knowledge);
  }
  return { dangling: { owner, revision, ...stampOf(row, key), primary } };
}
