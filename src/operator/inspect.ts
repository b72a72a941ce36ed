import { PRIMARY } from '../keypaths/model.js';
import { isExpired } from '../protocol/expiry.js';
import { isOfItem, isSecondary, ownerOf, type PrimaryRow, readPrimary, sameKey, typeOf } from '../protocol/row.js';
import { assertIsCopy, assertSound } from '../protocol/sound.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { compileViews } from '../views/compile-views.js';
import { DamagedRowError } from '../views/errors.js';
import { lensFor } from '../views/lens.js';
import type { TypeView } from '../views/type-view.js';
import { NoSuchRowError } from './errors.js';
import { type InspectedRow, primaryRow, rowsOnPath, type Stamp, strayOf, strayRow } from './inspect-rows.js';
import { keysNamed } from './key-text.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { isAboutOneRow } from './passed-over.js';
import { keyPathName } from './paths.js';
import { openReadingSession, type PlaceOptions, type Session } from './session.js';

export interface InspectChoice {
  /**
   * Which item: a key path with its values, `/customer-7f/order-a1`, of any type and any key path; or the key of one of
   * its rows as it is in the table, as `verify` reports it.
   */
  readonly key: string | RowKey;
}

export interface InspectOptions extends PlaceOptions, InspectChoice {}

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
  /**
   * False when anything is not in order: the item, one of its rows, or what a version reads. A row that is to be filled yet
   * is in order.
   */
  readonly sound: boolean;
  /** The item type, as the newest version that has it calls it. */
  readonly type: string;
  /** The key of the primary row. */
  readonly key: RowKey;
  /** What keeps Ductile from copying anything from the primary row. */
  readonly damage?: string;
  /** Absent when the item is not there, or what Ductile keeps on its primary row cannot be read: then `damage` says why. */
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
    if (raw === undefined || !isOfItem(raw)) continue;
    return judged(await found(session, views, raw, candidate));
  }
  throw new NoSuchRowError(gateway.table, key, candidates);
}

type Unjudged = Omit<InspectReport, 'sound'>;

const IN_ORDER: readonly InspectedRow['condition'][] = ['sound', 'unfilled'];

/** Items may meet where only older readers look: all but the first have an open entry there, for good. */
const isInOrder = ({ condition, below }: InspectedRow): boolean =>
  IN_ORDER.includes(condition) || (condition === 'open' && below !== undefined);

const judged = (report: Unjudged): InspectReport => ({
  sound:
    report.item !== undefined &&
    report.damage === undefined &&
    report.rows.every(isInOrder) &&
    report.versions.every(({ error }) => error === undefined),
  ...report,
});

/** What a row leads to: its item, or itself when there is none. */
async function found(session: Session, views: Views, raw: AttributeMap, key: RowKey): Promise<Unjudged> {
  if (!isSecondary(raw) || isDisguised(session, raw, key)) return reportOf(session, views, raw, key);
  const owner = ownerOf(raw);
  const primary = owner && (await session.gateway.get(owner.key));
  if (primary !== undefined && isOfItem(primary)) return reportOf(session, views, primary, owner!.key, key);
  const row = await strayRow(session, key, raw);
  return { type: row.type, key: owner?.key ?? key, rows: [row], versions: [] };
}

/** True for an item's own row that says it is a copy. */
function isDisguised({ registry }: Session, raw: AttributeMap, key: RowKey): boolean {
  try {
    assertIsCopy(raw, key, registry.knowledge);
    return false;
  } catch (error) {
    if (isAboutOneRow(error)) return true;
    throw error;
  }
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

async function reportOf(
  session: Session,
  views: Views,
  raw: AttributeMap,
  key: RowKey,
  asked: RowKey = key,
): Promise<Unjudged> {
  const { gateway, registry } = session;
  const { item, damage } = await primaryIn(session, raw, key);
  const { knowledge } = registry;
  const type = typeOf(raw) ?? 'an unknown type';
  const secondary = (knowledge.demanded.get(type) ?? []).filter(({ path }) => path.id !== PRIMARY);
  const copies = item === undefined ? [] : await Promise.all(secondary.map((each) => rowsOnPath(session, item, each)));
  const shown = [primaryRow(knowledge, type, raw, key, damage), ...copies.flat()];
  // What led here, and is none of them: a row that the item does not list, or has on no key path any more.
  const isShown = shown.some((row) => row.key !== undefined && sameKey(row.key, asked));
  const stray = isShown ? [] : [await strayOf(session, asked)];
  return {
    type: keyPathName(knowledge, type, PRIMARY).type,
    key,
    ...(damage === undefined ? {} : { damage }),
    ...(item === undefined ? {} : { item: itemPart(item, gateway.serverTime()) }),
    rows: [...shown, ...stray.flatMap((row) => row ?? [])],
    versions: [...views].flatMap(([version, ofVersion]) => {
      const view = ofVersion.get(type);
      return view === undefined ? [] : [sightOf(version, view, raw)];
    }),
  };
}

/** What a primary row says, as far as it can be read, and why nothing may be copied from it. */
async function primaryIn(
  { registry }: Session,
  raw: AttributeMap,
  key: RowKey,
): Promise<{ readonly item?: PrimaryRow; readonly damage?: string }> {
  let item: PrimaryRow | undefined;
  try {
    if (isSecondary(raw)) assertIsCopy(raw, key, registry.knowledge);
    item = readPrimary(raw, key);
    assertSound(item, await registry.catchUp(item.epoch, item.registry));
    return { item };
  } catch (error) {
    if (!isAboutOneRow(error)) throw error;
    return { ...(item === undefined ? {} : { item }), damage: error.message };
  }
}

function itemPart(item: PrimaryRow, now: number): NonNullable<InspectReport['item']> {
  const { epoch, registry, revision, incarnation, layout, ancestors, expiry } = item;
  return {
    stamp: { epoch, registry },
    revision,
    incarnation,
    layout,
    ancestors: ancestors.filter((ancestor) => ancestor !== ''),
    ...(expiry === undefined ? {} : { expires: new Date(expiry * 1_000).toISOString() }),
    expired: isExpired(item, now),
  };
}

function sightOf(version: number, view: TypeView, raw: PrimaryRow['raw']): VersionSight {
  try {
    return { version, entity: view.decode(raw) };
  } catch (error) {
    if (!(error instanceof DamagedRowError)) throw error;
    return { version, error: error.message };
  }
}
