import type { WorkProgress } from '../../work/work.js';
import { SteppedRate } from './stepped-rate.js';

/** So long ago counts, in milliseconds; and so long a limit alone says how long a pass takes, before a pace is to be seen. */
const WINDOW_MS = 60_000;

/**
 * How long a pass takes still: by its pace in the last minute, and never less than its limits allow for what it has yet to
 * consume. Where they are changed, the pace of before says nothing any more: the new ones do at once.
 */
export class TimeLeft {
  #pace: SteppedRate;
  #limits: string | undefined;
  #bySegments: boolean | undefined;
  #since = 0;

  /**
   * @param clock in milliseconds; only differences count
   * @param tableRows how many rows the table has, about, where that is known
   */
  constructor(
    private readonly clock: () => number,
    private readonly tableRows: () => number | undefined,
  ) {
    this.#pace = new SteppedRate(clock, WINDOW_MS);
  }

  /** Which share of the pass is done; and how long the rest takes, in milliseconds, undefined where nobody can say. */
  of(work: WorkProgress): { readonly done: number; readonly left: number | undefined } {
    const { state, rows, segments, maxWcu, maxRcu } = work;
    const all = this.tableRows() ?? 0;
    // By rows, as long as there are not more of them than DynamoDB knew of; else by the segments that have ended.
    const bySegments = state === 'finished' || all === 0 || rows > all;
    const done = bySegments ? segments.finished / segments.all : rows / all;
    const limits = `${maxWcu} ${maxRcu}`;
    // The time that it stood still says nothing of its pace.
    if (state === 'paused') this.#reset(bySegments, true);
    else if (limits !== this.#limits || bySegments !== this.#bySegments) this.#reset(bySegments);
    this.#limits = limits;
    this.#bySegments = bySegments;
    const pace = this.#pace.of(done);
    return { done, left: state === 'running' ? this.#left(work, done, pace) : undefined };
  }

  #reset(bySegments: boolean, standing = false): void {
    this.#since = this.clock();
    // Segments end seldom: only the whole time tells how fast they do.
    this.#pace = new SteppedRate(this.clock, bySegments ? Infinity : WINDOW_MS, standing);
  }

  #left(work: WorkProgress, done: number, pace: number | undefined): number | undefined {
    const atLeast = withinLimits(work, done);
    if (pace !== undefined && pace > 0) return Math.max(((1 - done) / pace) * 1_000, atLeast ?? 0);
    return this.clock() - this.#since <= WINDOW_MS ? atLeast : undefined;
  }
}

/** How long the limits make what is left of a pass take, in milliseconds: it goes on to consume as it has so far. */
function withinLimits({ consumed, maxWcu, maxRcu }: WorkProgress, done: number): number | undefined {
  if (done <= 0 || (maxWcu === undefined && maxRcu === undefined)) return undefined;
  const takes = (units: number, limit = Infinity): number => ((units * (1 - done)) / done / limit) * 1_000;
  return Math.max(takes(consumed.write, maxWcu), takes(consumed.read, maxRcu));
}
