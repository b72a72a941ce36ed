import type { TableSize } from '../dynamo/table.js';
import { BETWEEN_CHECKPOINTS } from '../work/segment-worker.js';

/** Of so many pages, the first and the last ones make no difference. */
const MANY_PAGES = 1_000;

/** A pass over a table as it stands now. */
export interface Passing {
  readonly table: TableSize;
  /** How many bytes the rows have that it is to add still, less those that it is to take away. */
  readonly made: number;
  /** What it reads at once at most. */
  readonly page: TableSize;
  /** Where it was begun: how many rows it has met so far, and how large the table was. */
  readonly begun?: { readonly met: number; readonly table: TableSize };
}

/**
 * How many bytes a pass has yet to read of a table to which it adds rows: also those of them that come after the page at which it
 * is. They lie evenly among the others. Of a table that has many pages it meets half of them, of one that has one page none. Rows
 * that it takes away are missed likewise. Pure.
 */
export function bytesMet({ table, made, page, begun }: Passing): number {
  if (table.bytes === 0) return 0;
  const ofRow = table.bytes / Math.max(1, table.rows);
  const { bytes } = begun?.table ?? table;
  // What it has added is there by now.
  const whole = { bytes, made: made + table.bytes - bytes, ofRow, page: Math.min(page.bytes, page.rows * ofRow) };
  return bytesBetween(begun === undefined ? 0 : shareRead(begun.met * ofRow, whole), 1, whole);
}

/** A pass from its beginning: the table as it was, all bytes that it adds, those of a row, and of a page. */
interface Whole {
  readonly bytes: number;
  readonly made: number;
  readonly ofRow: number;
  readonly page: number;
}

/** How many bytes a pass meets from one share of the table, as it was, on to another. */
function bytesBetween(from: number, to: number, { bytes, made, ofRow, page }: Whole): number {
  if (bytes / page > MANY_PAGES) return (to - from) * (bytes + (made * (from + to)) / 2);
  let met = 0;
  for (let read = from, worked = from; read < to;) {
    const density = bytes + worked * made;
    const left = (to - read) * density;
    const ofPage = Math.min(page, left);
    if (ofPage <= 0) break;
    met += ofPage;
    // The next page is asked for ahead of the last rows of this one.
    const ahead = Math.min(1, (BETWEEN_CHECKPOINTS * ofRow) / ofPage);
    const share = ofPage === left ? to - read : ofPage / density;
    worked = read + share * (1 - ahead);
    read += share;
  }
  return met;
}

const HALVINGS = 30;

/** Which share of the table a pass has read by the bytes that it has met. */
function shareRead(met: number, whole: Whole): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (bytesBetween(0, middle, whole) < met) low = middle;
    else high = middle;
  }
  return low;
}
