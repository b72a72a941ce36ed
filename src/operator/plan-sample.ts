import { DamagedKeyValueError } from '../keypaths/errors.js';
import { PRIMARY } from '../keypaths/model.js';
import { demand, type DemandedRow } from '../protocol/demand.js';
import { nothingFound } from '../protocol/findings.js';
import { planPut } from '../protocol/plan.js';
import {
  isOfItem,
  isSecondary,
  readPrimary,
  readSecondary,
  sameKey,
  stampOf,
  userAttributes,
} from '../protocol/row.js';
import { assertSound } from '../protocol/sound.js';
import type { DemandedPath, Knowledge } from '../registry/knowledge.js';
import { assertWithinLimits } from '../table/limits.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Ahead } from './ahead.js';
import type { Passing } from './bytes-met.js';
import { isFull } from './doctor-sample.js';
import { type PassedOver, PassingOver } from './passed-over.js';
import { losesResumes } from './resumes.js';
import { sampledRows } from './sampled-rows.js';
import type { Session } from './session.js';

/** Items that were met, and what they came to. */
export interface SampledItems {
  readonly items: number;
  /** All rows that they have, also those that were not met. */
  readonly rows: number;
  readonly behind: number;
  /** Of the transactions that bring those to the epoch. */
  readonly writeUnits: number;
  /** Of the rows that those make which are not there yet, less those that they take away. */
  readonly madeBytes: number;
}

/** What a sample of the table's rows showed. */
export interface Sample {
  /** How many rows were met, and how large they are. */
  readonly rows: number;
  readonly bytes: number;
  /** Those of them that Ductile keeps for itself: a larger table does not have more. */
  readonly ownRows: number;
  /** Those of them that are other programs'. */
  readonly foreignRows: number;
  /** One for each item type that was met. */
  readonly types: readonly SampledItems[];
  /** Those of them that the step would go on past. */
  readonly passedOver?: PassedOver;
  /** True when passes go over the table in one piece. */
  readonly isWhole?: boolean;
  /** How many passes are still to be made, and how the one stands that was begun. */
  readonly passes?: { readonly left: number } & Pick<Passing, 'begun'>;
  /** How many key paths are digested, with their older readings: those that are strict, for a verify. */
  readonly digested: number;
}

/**
 * So many primary rows tell what items are like better than any number of secondary rows, which know nothing of the items
 * that have none.
 */
const ENOUGH_PRIMARIES = 30;

/** Looks at a sample of the rows. Costs what `sampledRows` does, and a Scan request of one row. */
export async function sampleOf({ gateway }: Session, ahead: Ahead, signal?: AbortSignal): Promise<Sample> {
  const { demanded } = ahead.knowledge;
  const met = new Map<string, Map<string, Tally>>();
  const sum = { rows: 0, bytes: 0, ownRows: 0, foreignRows: 0 };
  const passing = new PassingOver();
  for await (const raw of sampledRows(gateway, signal)) {
    sum.rows++;
    sum.bytes += rowSize(raw);
    const key = gateway.keyOf(raw);
    if (!isOfItem(raw)) {
      sum[key.pk.startsWith('$') ? 'ownRows' : 'foreignRows']++;
      continue;
    }
    try {
      const row = sampledRow(raw, key, demanded);
      const isBehind = row.epoch < ahead.epochFor(row.type);
      countIn(
        met,
        isBehind && row.path === PRIMARY ? broughtRow(gateway, ahead.knowledge, raw, row, key) : row,
        isBehind,
      );
    } catch (error) {
      passing.note(key, error);
    }
  }
  return {
    ...sum,
    passedOver: passing.all,
    isWhole: gateway.loopback || (await losesResumes(gateway)),
    types: [...met.values()].map(bestOf),
    digested: ahead.digested ?? 0,
  };
}

/**
 * A primary row that is behind, with what a pass would write of its item.
 *
 * @throws DamagedRowError, RowTooLargeError and the like, as the pass would meet them
 */
function broughtRow(
  { keys, table }: Session['gateway'],
  knowledge: Knowledge,
  raw: AttributeMap,
  row: SampledRow,
  key: RowKey,
): SampledRow {
  const item = readPrimary(raw, key);
  if (item.registry !== knowledge.shortId || item.epoch > knowledge.epoch) return row;
  assertSound(item, knowledge);
  if (!isFull(raw)) return row;
  const attributes = userAttributes(raw, keys);
  const layout = { intent: 'layout', before: item, findings: nothingFound, fenced: false, revision: '' } as const;
  const { actions } = planPut({ ...layout, type: item.type, attributes, knowledge, taken: { has: () => false } });
  const keyOf = (at: RowKey): AttributeMap => ({ [keys.pk]: { S: at.pk }, [keys.sk]: { S: at.sk } });
  assertWithinLimits(table, actions, keyOf);
  const isListed = (at: RowKey): boolean =>
    [...item.manifest.values()].some((other) => other !== 'open' && sameKey(other, at));
  let units = 0;
  let madeBytes = 0;
  for (const action of actions) {
    const isOwn = sameKey(action.key, key);
    const bytes = action.kind === 'put' ? rowSize({ ...action.row, ...keyOf(action.key) }) : row.bytes;
    units += writeUnitsOf(isOwn ? Math.max(bytes, row.bytes) : bytes);
    if (isOwn || isListed(action.key) === (action.kind === 'put')) continue;
    madeBytes += action.kind === 'put' ? bytes : -bytes;
  }
  return { ...row, writeUnits: units * (actions.length === 1 ? 1 : TRANSACTION), madeBytes };
}

/** A row, and what it says about its item. */
interface SampledRow {
  readonly type: string;
  /** Its id: an item has one row of each at most. */
  readonly path: string;
  readonly epoch: number;
  /** How many rows its item has, and how many a write puts. */
  readonly rows: number;
  readonly written: number;
  /** How many it has afterwards. */
  readonly left: number;
  readonly bytes: number;
  /** Where it was planned: what it takes to write the item, and how large the rows are that it does not have yet. */
  readonly writeUnits?: number;
  readonly madeBytes?: number;
}

function sampledRow(
  raw: AttributeMap,
  key: RowKey,
  demanded: ReadonlyMap<string, readonly DemandedPath[]>,
): SampledRow {
  const bytes = rowSize(raw);
  const { epoch } = stampOf(raw, key);
  const rowsOf = (type: string) => (demanded.get(type) ?? []).flatMap((path) => demandedOn(path, raw));
  if (!isSecondary(raw)) {
    const { type, manifest } = readPrimary(raw, key);
    const rows = 1 + [...manifest.values()].filter((at) => at !== 'open').length;
    // What is listed on a key path that was dropped is deleted, which costs the same.
    const left = rowsOf(type).length;
    return { type, path: PRIMARY, epoch, rows, written: Math.max(rows, left), left, bytes };
  }
  // A copy has the item's attributes and its stamp, and so tells on which key paths the item is.
  const { type, path } = readSecondary(raw, key);
  const all = rowsOf(type);
  const there = all.filter(({ state, since }) => state !== 'expand' || epoch >= since);
  return {
    type,
    path,
    epoch,
    rows: Math.max(2, there.length),
    written: Math.max(2, all.length),
    left: all.length,
    bytes,
  };
}

function demandedOn(path: DemandedPath, attributes: AttributeMap): readonly DemandedRow[] {
  try {
    return demand([path], attributes);
  } catch (error) {
    // The step itself will tell of it.
    if (error instanceof DamagedKeyValueError) return [];
    throw error;
  }
}

type Tally = { -readonly [Name in keyof SampledItems]: SampledItems[Name] };

function countIn(
  met: Map<string, Map<string, Tally>>,
  { type, path, rows, written, left, bytes, ...planned }: SampledRow,
  isBehind: boolean,
): void {
  const ofType = met.get(type) ?? new Map<string, Tally>();
  met.set(type, ofType);
  const tally = ofType.get(path) ?? { items: 0, rows: 0, behind: 0, writeUnits: 0, madeBytes: 0 };
  ofType.set(path, tally);
  tally.items++;
  tally.rows += rows;
  if (!isBehind) return;
  tally.behind++;
  // Those that it has not yet are as large.
  tally.writeUnits += planned.writeUnits ?? written * writeUnitsOf(bytes) * (written === 1 ? 1 : TRANSACTION);
  tally.madeBytes += planned.madeBytes ?? (left - rows) * bytes;
}

/**
 * What the rows of an item type tell together. Each of its key paths has one row of an item at most, so each is a sample of
 * the items. Rows of one partition are met too seldom, as few of the segments begin there: the key path of which most were
 * met is right about how many items there are, beside those of other types.
 */
function bestOf(ofType: ReadonlyMap<string, SampledItems>): SampledItems {
  const most = [...ofType.values()].reduce((a, b) => (b.items > a.items ? b : a));
  const primaries = ofType.get(PRIMARY);
  const told =
    primaries !== undefined && primaries.items >= Math.min(ENOUGH_PRIMARIES, most.items / 2) ? primaries : most;
  const times = most.items / told.items;
  return {
    items: most.items,
    rows: told.rows * times,
    behind: told.behind * times,
    writeUnits: told.writeUnits * times,
    madeBytes: told.madeBytes * times,
  };
}

/** DynamoDB counts a write in a transaction twice. */
const TRANSACTION = 2;
const WRITE_UNIT_BYTES = 1_024;

/** What it costs to put so many bytes in one row. */
export const writeUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
