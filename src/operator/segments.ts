import type { TableSize } from '../dynamo/table.js';
import { MOST_SEGMENTS } from '../work/most-segments.js';

/** Where the size of the table is not known, or some hours old: enough for a few workers. */
const FEWEST_SEGMENTS = 4;

/** So much of the table a worker that is gone leaves to the others in one piece. */
const SEGMENT_BYTES = 32 * 2 ** 20;

/** In how many segments a pass over the table is cut, unless somebody says: a power of two. */
export function segmentsFor(size: TableSize | undefined): number {
  const needed = (size?.bytes ?? 0) / SEGMENT_BYTES;
  const power = 2 ** Math.ceil(Math.log2(Math.max(1, needed)));
  return Math.min(MOST_SEGMENTS, Math.max(FEWEST_SEGMENTS, power));
}
