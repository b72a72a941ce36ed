import { DamagedKeyValueError } from '../keypaths/errors.js';
import { keyProblem } from '../keypaths/limits.js';
import { belowOf, pathIdOf, PRIMARY } from '../keypaths/model.js';
import { type RowOnPath, rowsOn } from '../protocol/demand.js';
import {
  isOfItem,
  isSecondary,
  own,
  ownerOf,
  type PrimaryRow,
  readSecondary,
  stampOf,
  typeOf,
} from '../protocol/row.js';
import type { DemandedPath, Knowledge, PathState } from '../registry/knowledge.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { sameValue } from '../values/same-value.js';
import { DamagedRowError } from '../views/errors.js';
import { copiedPart, findingOn, isDangling } from './look.js';
import { isAboutOneRow } from './passed-over.js';
import { type KeyPathName, keyPathName } from './paths.js';
import type { Session } from './session.js';
import type { FindingKind } from './tally.js';

/** The epoch that a row's writer knew, and the short id of the registry that it knew it from. */
export interface Stamp {
  readonly epoch: number;
  readonly registry: string;
}

/** One row of an item: one that is there, or one that should be. */
export interface InspectedRow extends KeyPathName {
  /** Absent where the item's attributes make none: `damaged`. */
  readonly key?: RowKey;
  /** Set if only versions below this one look for the item there: they read another value of an enum in it. */
  readonly below?: number;
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
  /** Of a `stale` row: every attribute in which it differs from its item. */
  readonly differences?: readonly Difference[];
}

/** An attribute that an item and its copy do not agree on, by its storage name. */
export interface Difference {
  readonly attribute: string;
  /** As it is stored; absent when the item has none. */
  readonly item?: AttributeValue;
  /** As it is stored; absent when the row has none. */
  readonly row?: AttributeValue;
}

/** @param damage why nothing may be copied from it */
export const primaryRow = (
  knowledge: Knowledge,
  type: string,
  raw: AttributeMap,
  key: RowKey,
  damage: string | undefined,
): InspectedRow => ({
  ...keyPathName(knowledge, type, PRIMARY),
  key,
  state: 'primary',
  condition: damage === undefined ? 'sound' : 'damaged',
  ...stampPart(raw, key),
  bytes: rowSize(raw),
});

/** The stamp of a row; nothing when it cannot be read. */
function stampPart(row: AttributeMap, key: RowKey): { readonly stamp?: Stamp } {
  try {
    return { stamp: stampOf(row, key) };
  } catch (error) {
    if (error instanceof DamagedRowError) return {};
    throw error;
  }
}

/** The rows that an item has, or should have, on a key path: none if it should have none, and lists none. */
export async function rowsOnPath(
  session: Session,
  item: PrimaryRow,
  demanded: DemandedPath,
): Promise<readonly InspectedRow[]> {
  const { state, path } = demanded;
  const about = { ...keyPathName(session.registry.knowledge, item.type, path.id), state };
  const rows = rowsWhereSound(demanded, item);
  if (rows === 'damaged') return [{ ...about, condition: rows }];
  const inspected = await Promise.all(rows.map((row) => rowOn(session, item, row, about)));
  return inspected.filter((row) => row !== undefined);
}

async function rowOn(
  { gateway }: Session,
  item: PrimaryRow,
  { path, key }: RowOnPath,
  about: KeyPathName & Pick<DemandedPath, 'state'>,
): Promise<InspectedRow | undefined> {
  const listed = item.manifest.get(path.id);
  const at = key ?? (listed === 'open' ? undefined : listed);
  if (at === undefined) return undefined;
  const row = await gateway.get(at);
  const there = row === undefined || !isOfItem(row) ? {} : { ...stampPart(row, at), bytes: rowSize(row) };
  const finding = findingOn(gateway, item, path.id, key, row);
  const unfilled = finding === 'missing' && listed === undefined && about.state === 'expand';
  const tooLarge = finding === 'open' && keyProblem(at) !== undefined;
  const condition = tooLarge ? 'tooLarge' : unfilled ? 'unfilled' : (finding ?? 'sound');
  const differences =
    row === undefined || finding !== 'stale' ? {} : { differences: differencesOf(gateway, item, path.id, row) };
  return { ...about, key: at, ...forReaders(path.id), condition, ...there, ...differences };
}

function forReaders(rowId: string): Pick<InspectedRow, 'below'> {
  const below = belowOf(rowId);
  return below === undefined ? {} : { below };
}

function differencesOf(
  { keys }: Session['gateway'],
  item: PrimaryRow,
  path: string,
  row: AttributeMap,
): readonly Difference[] {
  const [expected, there] = [
    { ...copiedPart(item.raw, keys), [own.path]: { S: path }, [own.stamp]: item.raw[own.stamp]! },
    { ...copiedPart(row, keys), ...taken(row, own.path), ...taken(row, own.stamp) },
  ] as [AttributeMap, AttributeMap];
  return [...new Set([...Object.keys(expected), ...Object.keys(there)])].flatMap((attribute) => {
    const [one, other] = [expected[attribute], there[attribute]];
    if (one !== undefined && other !== undefined && sameValue(one, other)) return [];
    return [{ attribute, ...(one === undefined ? {} : { item: one }), ...(other === undefined ? {} : { row: other }) }];
  });
}

const taken = (row: AttributeMap, name: string): AttributeMap => (row[name] === undefined ? {} : { [name]: row[name] });

function rowsWhereSound(path: DemandedPath, item: PrimaryRow): readonly RowOnPath[] | 'damaged' {
  try {
    return rowsOn(path, item.raw);
  } catch (error) {
    if (error instanceof DamagedKeyValueError) return 'damaged';
    throw error;
  }
}

/** The row at a key, when it is on no key path that its item has. */
export async function strayOf(session: Session, key: RowKey): Promise<InspectedRow | undefined> {
  const row = await session.gateway.get(key);
  return row === undefined || !isSecondary(row) ? undefined : strayRow(session, key, row);
}

/** A row that its owner does not list, or whose owner is not there; or one that does not say whose it is. */
export async function strayRow(session: Session, key: RowKey, raw: AttributeMap): Promise<InspectedRow> {
  const { knowledge } = session.registry;
  const type = ownerOf(raw)?.type ?? typeOf(raw) ?? 'an unknown type';
  const id = raw[own.path];
  const path = id !== undefined && 'S' in id ? id.S : own.path;
  const state = knowledge.demanded.get(type)?.find((each) => each.path.id === pathIdOf(path))?.state ?? 'gone';
  const condition = await strayCondition(session, key, raw);
  const name = { ...keyPathName(knowledge, type, path), key, ...forReaders(path) };
  return { ...name, state, condition, ...stampPart(raw, key), bytes: rowSize(raw) };
}

async function strayCondition(session: Session, key: RowKey, raw: AttributeMap): Promise<InspectedRow['condition']> {
  try {
    return (await isDangling(session, key, readSecondary(raw, key))) ? 'dangling' : 'sound';
  } catch (error) {
    if (isAboutOneRow(error)) return 'damaged';
    throw error;
  }
}
