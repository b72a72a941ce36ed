import { KeyTooLargeError } from '../keypaths/errors.js';
import { fenceCheck } from '../registry/fences.js';
import type { Knowledge } from '../registry/knowledge.js';
import { type Condition, rowAbsent } from '../table/condition.js';
import type { Action } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { freeOrOwnedBy, sameVersion, stillDangling, unchanged } from './conditions.js';
import { demand, type DemandedRow } from './demand.js';
import { expiryOf } from './expiry.js';
import type { DanglingRow, Findings } from './findings.js';
import { isLeftUntried, isOpenAlready, opensInEveryState, type Taken } from './open-entries.js';
import {
  keyId,
  type Manifest,
  type Owner,
  type PrimaryRow,
  primaryAttributes,
  sameKey,
  secondaryAttributes,
  shiftAncestors,
} from './row.js';

/** What a write is: the first of an item, a change by a user, or bringing its rows to an epoch without a change. */
export type Intent = 'create' | 'update' | 'layout';

/** What one action of a plan is for: how a refusal of it is to be understood. */
export type Purpose =
  | { readonly for: 'primary' }
  | { readonly for: 'fence' }
  | { readonly for: 'row'; readonly row: DemandedRow }
  | { readonly for: 'drop'; readonly key: RowKey }
  | { readonly for: 'owner'; readonly paths: readonly string[] }
  | { readonly for: 'expired'; readonly item: PrimaryRow };

/** A write, ready to be sent: conditional actions on physical rows, all of which hold or none. */
export interface Plan {
  readonly actions: readonly Action[];
  /** Parallel to `actions`. */
  readonly purposes: readonly Purpose[];
  /** True for a write that no stamp on any row can stop, where no fence among its actions does: the age of what is known must. */
  readonly aged: boolean;
}

export interface PutPlan extends Plan {
  /** The primary row as it will be. */
  readonly row: PrimaryRow;
}

export interface PutRequest {
  readonly intent: Intent;
  readonly type: string;
  /** The row that was seen; undefined for a create. */
  readonly before: PrimaryRow | undefined;
  /** The user's attributes as they are to be. */
  readonly attributes: AttributeMap;
  /** For a create or an update: its new revision. */
  readonly revision: string;
  readonly knowledge: Knowledge;
  readonly findings: Findings;
  readonly taken: Taken;
  /** Path ids whose open entry this write is to close, if the key is free. */
  readonly closing?: ReadonlySet<string>;
  /** Whether a write that no stamp stops is to check a fence. */
  readonly fenced: boolean;
}

/**
 * Plans the put of an item with every row that the known epoch demands of it: DESIGN's Create, Update and Sweep. Expired
 * items that are in the way are deleted whole, or replaced where they stand at the item's own key.
 */
export function planPut(request: PutRequest): PutPlan {
  const { intent, type, before, attributes, knowledge, findings } = request;
  const [primary, ...secondary] = demand(knowledge.demanded.get(type)!, attributes) as [DemandedRow, ...DemandedRow[]];
  for (const row of [primary, ...secondary]) {
    if (row.tooLarge && !mayStayOpen(row, before)) throw new KeyTooLargeError(row.path.template, row.key);
  }

  const seen = before ?? findings.expired.get(keyId(primary.key));
  const staysOpen = (row: DemandedRow): boolean =>
    row.tooLarge ||
    (findings.open.has(row.path.id) && mayStayOpen(row, before)) ||
    (request.closing?.has(row.path.id) !== true && isLeftUntried(row, before, request.taken, seen));
  const kept = secondary.filter((row) => !staysOpen(row));
  const manifest: Manifest = new Map(secondary.map((row) => [row.path.id, kept.includes(row) ? row.key : 'open']));
  const row = primaryAfter(request, primary.key, manifest);
  const item = { type, key: primary.key };
  const expired = expiredOwners(kept, item, findings);
  const owner = (key: RowKey): Condition => freeOrOwnedBy(item, ...expired.filter((other) => lists(other, key)));

  const list = new ActionList();
  // A layout write may use the room that users' writes leave.
  const keepsRoom = before === undefined ? {} : { before: before.raw };
  list.add(
    { for: 'primary' },
    {
      kind: 'put',
      key: row.key,
      row: row.raw,
      condition: unchanged(seen),
      ...(intent === 'layout' ? {} : { keepsRoom }),
    },
  );
  for (const demanded of kept) {
    const dangling = findings.dangling.get(demanded.path.id);
    list.add(
      { for: 'row', row: demanded },
      {
        kind: 'put',
        key: demanded.key,
        row: secondaryAttributes(attributes, row, demanded.path.id),
        condition: dangling === undefined ? owner(demanded.key) : stillDangling(dangling),
      },
    );
  }
  for (const other of expired) {
    list.add({ for: 'expired', item: other }, { kind: 'delete', key: other.key, condition: sameVersion(other) });
  }
  for (const key of noLongerDemanded([seen, ...expired], kept, findings)) {
    list.add({ for: 'drop', key }, { kind: 'delete', key, condition: owner(key) });
  }
  list.checkOwners(kept, findings.dangling);
  // An open entry says "not unique yet": like a create, nothing on any row stops a sleeper from opening one. One that is
  // open already needs no guard: whoever closes it moves the primary row.
  const opens = secondary.some((row) => !kept.includes(row) && !isOpenAlready(row, before));
  const guarded = intent === 'create' || opens;
  if (guarded && request.fenced) list.add({ for: 'fence' }, fenceCheck(primary.key, knowledge));
  return { ...list, aged: guarded && !request.fenced, row };
}

/** Plans the delete of an item with every row that its manifest lists, known to this process or not. */
export function planDelete(before: PrimaryRow, findings: Findings): Plan {
  const list = new ActionList();
  list.add({ for: 'primary' }, { kind: 'delete', key: before.key, condition: unchanged(before) });
  for (const key of noLongerDemanded([before], [], findings)) {
    list.add({ for: 'drop', key }, { kind: 'delete', key, condition: freeOrOwnedBy(before) });
  }
  return { ...list, aged: false };
}

/**
 * Whether a demanded row may be left out as an open entry of the manifest. In expand, what older data causes must not
 * break older applications; in strict an entry that is open already may be carried while its key is unchanged, and none
 * may be opened. Whoever writes without the field chose no value of it, and cannot choose another: items that meet at the
 * default that older versions read are left open in every state.
 */
export function mayStayOpen(row: DemandedRow, before: PrimaryRow | undefined): boolean {
  if (row.state === 'expand' || opensInEveryState(row)) return true;
  return row.state !== 'promoted' && isOpenAlready(row, before);
}

class ActionList implements Pick<Plan, 'actions' | 'purposes'> {
  readonly actions: Action[] = [];
  readonly purposes: Purpose[] = [];

  add(purpose: Purpose, action: Action): void {
    this.purposes.push(purpose);
    this.actions.push(action);
  }

  /**
   * Taking rows over holds only while their owners still do not list them; one check an owner, as DynamoDB demands, and
   * none where another action on its primary row says what was seen of it.
   */
  checkOwners(rows: readonly DemandedRow[], dangling: ReadonlyMap<string, DanglingRow>): void {
    const byOwner = new Map<string, { found: DanglingRow; paths: string[] }>();
    for (const { path } of rows) {
      const found = dangling.get(path.id);
      if (found === undefined || this.actions.some(({ key }) => sameKey(key, found.owner.key))) continue;
      const id = keyId(found.owner.key);
      const known = byOwner.get(id);
      if (known === undefined) byOwner.set(id, { found, paths: [path.id] });
      else known.paths.push(path.id);
    }
    for (const { found, paths } of byOwner.values()) {
      const condition = found.primary === undefined ? rowAbsent : sameVersion(found.primary);
      this.add({ for: 'owner', paths }, { kind: 'check', key: found.owner.key, condition });
    }
  }
}

function primaryAfter(request: PutRequest, key: RowKey, manifest: Manifest): PrimaryRow {
  const { intent, type, before, knowledge, attributes } = request;
  const layout = intent === 'layout';
  const expiry = expiryOf(knowledge, type, attributes);
  const meta = {
    key,
    type,
    epoch: knowledge.epoch,
    registry: knowledge.shortId,
    revision: layout ? before!.revision : request.revision,
    layout: layout ? layoutAfter(before!, knowledge) : 0,
    incarnation: before === undefined ? request.revision : before.incarnation,
    ancestors: layout ? before!.ancestors : shiftAncestors(before),
    manifest,
    ...(expiry === undefined ? {} : { expiry }),
  };
  return { ...meta, raw: primaryAttributes(attributes, meta) };
}

/**
 * Counts on. Where the row is of before the table was restored it goes far beyond, by a number that no other registry has:
 * the past that is no more may have counted on from the same row, and who saw that one must not find its number here.
 */
function layoutAfter({ layout, registry }: PrimaryRow, { shortId }: Knowledge): number {
  return layout + 1 + (registry === shortId ? 0 : (parseInt(shortId, 16) + 1) * LAYOUTS_OF_A_PAST);
}

/** More layout writes than any item gets between two changes by users. */
const LAYOUTS_OF_A_PAST = 256;

/** The expired items whose rows are needed: all their rows go, so that nobody finds a half of one. */
function expiredOwners(kept: readonly DemandedRow[], item: Owner, { expired }: Findings): readonly PrimaryRow[] {
  if (expired.size === 0) return [];
  return [...expired.values()].filter(
    (other) => !sameKey(other.key, item.key) && kept.some(({ key }) => lists(other, key)),
  );
}

function lists({ manifest }: PrimaryRow, key: RowKey): boolean {
  return [...manifest.values()].some((listed) => listed !== 'open' && sameKey(listed, key));
}

/** The rows of the manifests that are no longer wanted, each once. */
function noLongerDemanded(
  items: readonly (PrimaryRow | undefined)[],
  kept: readonly DemandedRow[],
  { notOurs }: Findings,
): Iterable<RowKey> {
  const keys = new Map<string, RowKey>();
  for (const item of items) {
    for (const key of item?.manifest.values() ?? []) {
      if (key === 'open' || kept.some((row) => sameKey(row.key, key)) || notOurs.has(keyId(key))) continue;
      keys.set(keyId(key), key);
    }
  }
  return keys.values();
}
