import type { TableSize } from '../dynamo/table.js';
import type { Gateway } from '../table/gateway.js';
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

/** What of a table decides how a pass over it is cut. */
export interface Cuttable {
  readonly size?: TableSize;
  readonly gateway: Pick<Gateway, 'loopback'>;
  /** True when the engine loses rows of segmented scans: see `losesResumes`. */
  readonly scansWhole?: boolean;
}

/** How a pass that begins now is cut; `whole` when no worker may ask for a segment. */
export function cutOf(
  { size, scansWhole, gateway }: Cuttable,
  { segments }: { readonly segments?: number },
): { readonly segments: number; readonly whole?: true } {
  if (scansWhole === true) return { segments: 1, whole: true };
  // A local engine has one machine: segments make nothing faster there, and each of their pages slower on some.
  return { segments: segments ?? (gateway.loopback ? 1 : segmentsFor(size)) };
}
