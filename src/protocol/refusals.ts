import type { ItemTypeModel } from '../schema/model.js';
import type { WriteTooLargeError } from '../table/errors.js';
import type { Gateway, Refusal } from '../table/gateway.js';
import { ForeignRowError, KeyPathConflictError } from './errors.js';
import { type DanglingRow, type Findings, mayStayOpen, nothingFound, type Plan, type Purpose } from './plan.js';
import { keyId, type PrimaryRow, readPrimary, readSecondary, sameKey, typeOf } from './row.js';
import type { DemandedRow } from './demand.js';

/** What the refusals of an attempt mean for the next one. */
export interface Reading {
  /** The primary's condition failed; `now` is the row that stands there, undefined where there is none. Nothing else was looked at. */
  readonly primary?: { readonly now: PrimaryRow | undefined };
  /** A fence says that the registry has entries that this process does not know. */
  readonly fenced: boolean;
  readonly findings: Findings;
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
 */
export async function readRefusals(
  gateway: Gateway,
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
  const next = {
    open: new Set(findings.open),
    dangling: new Map(findings.dangling),
    notOurs: new Set(findings.notOurs),
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
      case 'row': {
        const id = purpose.row.path.id;
        next.dangling.delete(id);
        if (row === undefined) break; // it was in the way and is gone: the next attempt finds out
        if (typeOf(row) === undefined) throw new ForeignRowError(key);
        const dangling = await findDangling(gateway, purpose.row, readSecondary(row, key));
        if (dangling !== undefined) next.dangling.set(id, dangling);
        else if (mayStayOpen(purpose.row, before)) next.open.add(id);
        else throw conflict(purpose.row, typeOf(row)!, type);
      }
    }
  }
  return { fenced, findings: next };
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
  const rows = purposes.flatMap((purpose) => (purpose.for === 'row' ? [purpose.row] : []));
  const alone = rows.find(({ key }) => key.pk === facts['pk'] && key.sk === facts['sk']);
  const leave = (alone === undefined ? rows : [alone]).filter((row) => mayStayOpen(row, before));
  if (leave.length === 0) return undefined;
  return { ...findings, open: new Set([...findings.open, ...leave.map(({ path }) => path.id)]) };
}

/** The row as dangling where its owner is gone or does not list it; undefined where the owner has it. */
async function findDangling(
  gateway: Gateway,
  demanded: DemandedRow,
  row: ReturnType<typeof readSecondary>,
): Promise<DanglingRow | undefined> {
  const found = await gateway.get(row.owner.key);
  const owner = found === undefined ? undefined : readPrimary(found, row.owner.key);
  const listed = owner?.manifest.get(row.path);
  if (owner?.type === row.owner.type && listed !== undefined && listed !== 'open' && sameKey(listed, demanded.key)) {
    return undefined;
  }
  return { owner: row.owner, revision: row.revision, primary: owner };
}
