import type { WorkProgress } from '../../work/work.js';

/** Which share of a pass is done. */
export interface ShareDone {
  readonly share: number;
  /** What it is counted by; where that changes, what it was before says nothing of a pace. */
  readonly by: 'units' | 'rows' | 'segments';
}

/** As DynamoDB prices them; and about as much longer takes a unit that is written. */
const WRITE_WEIGHT = 5;

/** A forecast is right within some per cent: near its end the share that is done grows ever slower, and never to all of it. */
const NEAR_END = 0.95;

/** A pass that has consumed so many times its forecast goes on for nobody knows how long. */
const WORTHLESS = 1.5;

/**
 * Which share of a pass is done: by the capacity units that its forecast counts; where there is none, by rows, as long as there
 * are not more of them than DynamoDB knew of; else by the segments that have ended.
 *
 * @param tableRows how many rows the table has, about; 0 where that is not known
 */
export function shareDone({ state, rows, segments, consumed, forecast }: WorkProgress, tableRows: number): ShareDone {
  const bySegments: ShareDone = { share: segments.finished / segments.all, by: 'segments' };
  if (state === 'finished') return bySegments;
  if (forecast !== undefined) {
    const said = unitsOf(forecast);
    const share = said === 0 ? 0 : unitsOf(consumed) / said;
    return said === 0 || share > WORTHLESS ? bySegments : { share: slowed(share), by: 'units' };
  }
  return tableRows === 0 || rows > tableRows ? bySegments : { share: rows / tableRows, by: 'rows' };
}

const unitsOf = ({ read, write }: WorkProgress['consumed']): number => read + WRITE_WEIGHT * write;

function slowed(share: number): number {
  if (share <= NEAR_END) return share;
  const rest = 1 - NEAR_END;
  return 1 - rest * Math.exp((NEAR_END - share) / rest);
}
