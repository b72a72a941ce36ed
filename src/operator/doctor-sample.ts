import { isOfItem, isSecondary, readPrimary, readSecondary, stampOf } from '../protocol/row.js';
import { assertIsCopy, assertSound } from '../protocol/sound.js';
import type { Knowledge } from '../registry/knowledge.js';
import { MAX_ROW_BYTES, ROOM_BYTES } from '../table/limits.js';
import type { Gateway } from '../table/gateway.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { type PassedOver, PassingOver } from './passed-over.js';

const SEGMENTS = 8;
const ROWS_OF_SEGMENT = 250;

/** What a sample of the table's rows showed. */
export interface SampledRows {
  /** How many rows of items were met. */
  readonly rows: number;
  /** Rows of before the table was restored, on key paths, whose items were brought to the registry without them. */
  readonly orphans: number;
  /** What a stamp speaks of that the registry does not know; undefined when there is none. */
  readonly unknownStamp?: string;
  readonly damaged: PassedOver;
  /** Items that have no room for what a later version may add to their primary rows. */
  readonly full: readonly RowKey[];
}

/** True for a primary row to which Ductile may soon be able to add nothing more. */
export const isFull = (raw: AttributeMap): boolean => rowSize(raw) > MAX_ROW_BYTES - ROOM_BYTES;

/** Costs 8 Scan requests of at most 250 rows. */
export async function sampleRows(gateway: Gateway, knowledge: Knowledge): Promise<SampledRows> {
  const passing = new PassingOver();
  const full: RowKey[] = [];
  let unknownStamp: string | undefined;
  let rows = 0;
  let orphans = 0;
  for (let index = 0; index < SEGMENTS; index++) {
    const page = await gateway.scan({ segment: { index, of: SEGMENTS }, limit: ROWS_OF_SEGMENT });
    for (const row of page.rows.filter(isOfItem)) {
      rows++;
      const key = gateway.keyOf(row);
      try {
        const stamp = stampOf(row, key);
        if (isKnown(knowledge, stamp)) assertRow(knowledge, row, key);
        else if (isSecondary(row) && knowledge.restored?.former.includes(stamp.registry) === true) orphans++;
        else unknownStamp ??= unknownIn(knowledge, stamp);
      } catch (error) {
        passing.note(key, error);
      }
      if (!isSecondary(row) && isFull(row)) full.push(key);
    }
  }
  return { rows, orphans, ...(unknownStamp === undefined ? {} : { unknownStamp }), damaged: passing.all, full };
}

type Stamp = ReturnType<typeof stampOf>;

const isKnown = ({ shortId, epoch: head }: Knowledge, { registry, epoch }: Stamp): boolean =>
  registry === shortId && epoch <= head;

const unknownIn = ({ shortId }: Knowledge, { registry, epoch }: Stamp): string =>
  registry === shortId ? `the epoch ${epoch}` : `the registry ${registry}`;

/** @throws DamagedRowError */
function assertRow(knowledge: Knowledge, row: AttributeMap, key: RowKey): void {
  if (!isSecondary(row)) return assertSound(readPrimary(row, key), knowledge);
  readSecondary(row, key);
  assertIsCopy(row, key, knowledge);
}
