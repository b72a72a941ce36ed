import { DamagedKeyValueError } from '../keypaths/errors.js';
import { keyProblem } from '../keypaths/limits.js';
import { type KeyPathModel, PRIMARY } from '../keypaths/model.js';
import { keyOnPath } from '../protocol/demand.js';
import { isExpired } from '../protocol/expiry.js';
import { isSecondary, own, type PrimaryRow, readPrimary, readSecondary, sameKey, stampOf } from '../protocol/row.js';
import type { DemandedPath, Knowledge, PathState } from '../registry/knowledge.js';
import { rowSize } from '../table/row-size.js';
import type { RowKey } from '../values/attribute-value.js';
import { compileViews } from '../views/compile-views.js';
import { DamagedRowError } from '../views/errors.js';
import { lensFor } from '../views/lens.js';
import type { TypeView } from '../views/type-view.js';
import { NoSuchRowError } from './errors.js';
import { keysNamed } from './key-text.js';
import { findingOn, isDangling } from './look.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { type KeyPathName, keyPathName } from './paths.js';
import { openReadingSession, type PlaceOptions, type Session } from './session.js';
import type { FindingKind } from './tally.js';

export interface InspectChoice {
  /**
   * Which item: a key path with its values, `/customer-7f/order-a1`, of any type and any key path; or the key of one of
   * its rows as it is in the table, as `verify` reports it.
   */
  readonly key: string | RowKey;
}

export interface InspectOptions extends PlaceOptions, InspectChoice {}

/** The epoch that a row's writer knew, and the short id of the registry that it knew it from. */
export interface Stamp {
  readonly epoch: number;
  readonly registry: string;
}

/** One row of an item: one that is there, or one that should be. */
export interface InspectedRow extends KeyPathName {
  /** Absent where the item's attributes make none: `damaged`. */
  readonly key?: RowKey;
  /** `primary`, or where the key path stands; `gone` where no version has it any more. */
  readonly state: 'primary' | PathState | 'gone';
  /**
   * `sound`: it is as it should be. `unfilled`: it is not there, and need not be before the backfill. `tooLarge`: DynamoDB
   * takes no such key. `damaged`: an attribute of the item is no part of a key. Else as `verify` says it.
   */
  readonly condition: 'sound' | 'unfilled' | 'tooLarge' | 'damaged' | FindingKind;
  /** Absent where the row is. */
  readonly stamp?: Stamp;
  /** As DynamoDB counts it. */
  readonly bytes?: number;
}

/** An item as one version reads it. */
export interface VersionSight {
  readonly version: number;
  /** Its entity, as a plain object; absent where the version has no such type, or cannot read the item. */
  readonly entity?: object;
  /** Why it cannot read the item. */
  readonly error?: string;
}

/** What is stored of an item, and what the versions make of it. */
export interface InspectReport {
  /** The item type, as the newest version that has it calls it. */
  readonly type: string;
  /** The key of the primary row. */
  readonly key: RowKey;
  /** Absent where the item is not there, and only a row on a secondary key path was found. */
  readonly item?: {
    readonly stamp: Stamp;
    readonly revision: string;
    readonly incarnation: string;
    /** How often Ductile wrote it since the last change by a user; far more where the table was restored. */
    readonly layout: number;
    readonly ancestors: readonly string[];
    /** ISO text: when it expires. */
    readonly expires?: string;
    readonly expired: boolean;
  };
  readonly rows: readonly InspectedRow[];
  /** Every version that is published and has the type, in order. */
  readonly versions: readonly VersionSight[];
}

/**
 * Inspect: the rows of an item, their stamps, whether they are as they should be, and how each version sees the item.
 * Nothing is written. What another process writes meanwhile may show as a fault: ask again.
 *
 * Costs a DescribeTable, a Query of the registry, and one get for each row; where the key is a key path with its values,
 * one get for each type that has such a key path.
 *
 * @example
 * await inspect({ table: 'shop', client, key: '/customer-7f/order-a1' });
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NoSuchRowError where there is no such row
 * @throws NotPublishedError where no version is published
 * @throws DamagedRowError, ForeignRowError where Ductile's own attributes on the row are not what it writes
 */
export async function inspect(options: InspectOptions): Promise<InspectReport> {
  assertOperatorOptions('inspect', options, { key: choiceRules.key });
  return inspectIn(await openReadingSession(options), options);
}

/** `inspect`, in a session that is open. */
export async function inspectIn(session: Session, { key }: InspectChoice): Promise<InspectReport> {
  const { gateway, registry } = session;
  const views = viewsOf(registry.knowledge);
  const candidates = typeof key === 'string' ? keysNamed(registry.knowledge, views, key) : [key];
  for (const candidate of candidates) {
    const raw = await gateway.get(candidate);
    if (raw === undefined || !(own.type in raw)) continue;
    if (!isSecondary(raw)) return reportOf(session, views, readPrimary(raw, candidate));
    const { owner, path } = readSecondary(raw, candidate);
    const primary = await gateway.get(owner.key);
    if (primary !== undefined) return reportOf(session, views, readPrimary(primary, owner.key), candidate);
    const row = await strayRow(session, candidate, owner.type, path);
    return { type: row.type, key: owner.key, rows: [row], versions: [] };
  }
  throw new NoSuchRowError(gateway.table, key, candidates);
}

type Views = ReadonlyMap<number, ReadonlyMap<string, TypeView>>;

/** Of every version that is published, without classes: entities are plain objects. */
function viewsOf({ versions }: Knowledge): Views {
  const all = [...versions.values()];
  const migrations = all.flatMap(({ migration }) => migration ?? []);
  const classes = { types: new Map<string, never>(), objects: new Map<string, never>() };
  return new Map(
    all.map(({ version, schema }) => [version, compileViews({ schema, lens: lensFor(version, migrations), classes })]),
  );
}

async function reportOf(session: Session, views: Views, item: PrimaryRow, asked?: RowKey): Promise<InspectReport> {
  const { gateway, registry } = session;
  await registry.catchUp(item.epoch, item.registry);
  const { knowledge } = registry;
  const { epoch, registry: id, revision, incarnation, layout, ancestors, expiry, raw, type, key } = item;
  const demanded = knowledge.demanded.get(type) ?? [];
  const rows = await Promise.all(demanded.map((each) => rowOn(session, item, each)));
  const shown = rows.filter((row) => row !== undefined);
  // What led here, and is none of them: a row that the item does not list, or has on no key path any more.
  const isShown = asked === undefined || shown.some((row) => row.key !== undefined && sameKey(row.key, asked));
  const stray = isShown ? [] : [await strayOf(session, asked)];
  return {
    type: keyPathName(knowledge, type, PRIMARY).type,
    key,
    item: {
      stamp: { epoch, registry: id },
      revision,
      incarnation,
      layout,
      ancestors: ancestors.filter((ancestor) => ancestor !== ''),
      ...(expiry === undefined ? {} : { expires: new Date(expiry * 1_000).toISOString() }),
      expired: isExpired(item, gateway.serverTime()),
    },
    rows: [...shown, ...stray.flatMap((row) => row ?? [])],
    versions: [...views].flatMap(([version, ofVersion]) => {
      const view = ofVersion.get(type);
      return view === undefined ? [] : [sightOf(version, view, raw)];
    }),
  };
}

/** The row that an item has, or should have, on a key path; undefined where it should have none, and lists none. */
async function rowOn(
  session: Session,
  item: PrimaryRow,
  { path, state }: DemandedPath,
): Promise<InspectedRow | undefined> {
  const { gateway, registry } = session;
  const name = keyPathName(registry.knowledge, item.type, path.id);
  if (path.id === PRIMARY) {
    const stamp = { epoch: item.epoch, registry: item.registry };
    return { ...name, key: item.key, state: 'primary', condition: 'sound', stamp, bytes: rowSize(item.raw) };
  }
  const key = keyWhereItHasOne(path, item);
  if (key === 'damaged') return { ...name, state, condition: key };
  const listed = item.manifest.get(path.id);
  const at = key ?? (listed === 'open' ? undefined : listed);
  if (at === undefined) return undefined;
  const row = await gateway.get(at);
  const there = row === undefined || !(own.type in row) ? {} : { stamp: stampOf(row, at), bytes: rowSize(row) };
  const finding = findingOn(gateway, item, path.id, key, row);
  const unfilled = finding === 'missing' && listed === undefined && state === 'expand';
  const tooLarge = finding === 'open' && keyProblem(at) !== undefined;
  const condition = tooLarge ? 'tooLarge' : unfilled ? 'unfilled' : (finding ?? 'sound');
  return { ...name, key: at, state, condition, ...there };
}

function keyWhereItHasOne(path: KeyPathModel, item: PrimaryRow): RowKey | 'damaged' | undefined {
  try {
    return keyOnPath(path, item.raw);
  } catch (error) {
    if (error instanceof DamagedKeyValueError) return 'damaged';
    throw error;
  }
}

async function strayOf(session: Session, key: RowKey): Promise<InspectedRow | undefined> {
  const row = await session.gateway.get(key);
  if (row === undefined || !isSecondary(row)) return undefined;
  const { owner, path } = readSecondary(row, key);
  return strayRow(session, key, owner.type, path);
}

/** A row that its owner does not list, or whose owner is not there. */
async function strayRow(
  { gateway, registry }: Session,
  key: RowKey,
  type: string,
  path: string,
): Promise<InspectedRow> {
  const { knowledge } = registry;
  const row = await gateway.get(key);
  const state = knowledge.demanded.get(type)?.find((each) => each.path.id === path)?.state ?? 'gone';
  const there = row === undefined ? {} : { stamp: stampOf(row, key), bytes: rowSize(row) };
  const dangling = row !== undefined && (await isDangling(gateway, key, readSecondary(row, key)));
  return { ...keyPathName(knowledge, type, path), key, state, condition: dangling ? 'dangling' : 'sound', ...there };
}

function sightOf(version: number, view: TypeView, raw: PrimaryRow['raw']): VersionSight {
  try {
    return { version, entity: view.decode(raw) };
  } catch (error) {
    if (!(error instanceof DamagedRowError)) throw error;
    return { version, error: error.message };
  }
}
