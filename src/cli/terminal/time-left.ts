import type { WorkProgress } from '../../work/work.js';
import { type ShareDone, shareDone } from './share-done.js';
import { SteppedRate } from './stepped-rate.js';

/** So long ago counts, in milliseconds; and so long a limit alone says how long a pass takes, before a pace is to be seen. */
const WINDOW_MS = 60_000;

/** A pass that takes little longer than its limits allow is held back by them. */
const HELD = 0.75;

/**
 * How long a pass takes still: by its pace in the last minute, and never less than its limits allow for what it has yet to
 * consume. Where those are changed that made the pace, it says nothing any more: the new ones do at once.
 */
export class TimeLeft {
  #pace: SteppedRate;
  #limits: string | undefined;
  #by: ShareDone['by'] | undefined;
  #since = 0;
  /** True while the limits are all that holds the pass back, or nobody can say what does. */
  #isHeld = true;

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
    const { state, maxWcu, maxRcu } = work;
    const { share: done, by } = shareDone(work, this.tableRows() ?? 0);
    const limits = `${maxWcu} ${maxRcu}`;
    // The time that it stood still says nothing of its pace.
    if (state === 'paused') this.#reset(by, true);
    else if ((limits !== this.#limits && this.#isHeld) || by !== this.#by) this.#reset(by);
    this.#limits = limits;
    this.#by = by;
    const pace = this.#pace.of(done);
    return { done, left: state === 'running' ? this.#left(pace, done, withinLimits(work, done, by)) : undefined };
  }

  #reset(by: ShareDone['by'], standing = false): void {
    this.#since = this.clock();
    // Segments end seldom: only the whole time tells how fast they do.
    this.#pace = new SteppedRate(this.clock, by === 'segments' ? Infinity : WINDOW_MS, standing);
  }

  #left(pace: number | undefined, done: number, atLeast: number | undefined): number | undefined {
    this.#isHeld = true;
    if (pace !== undefined && pace > 0) {
      const byPace = ((1 - done) / pace) * 1_000;
      this.#isHeld = atLeast !== undefined && atLeast >= HELD * byPace;
      return Math.max(byPace, atLeast ?? 0);
    }
    return this.clock() - this.#since <= WINDOW_MS ? atLeast : undefined;
  }
}

/** How long the limits make what is left of a pass take, in milliseconds: by its forecast, or as it has consumed so far. */
function withinLimits(
  { consumed, forecast, maxWcu, maxRcu }: WorkProgress,
  done: number,
  by: ShareDone['by'],
): number | undefined {
  if (maxWcu === undefined && maxRcu === undefined) return undefined;
  const told = by === 'units' ? forecast : undefined;
  if (told === undefined && done <= 0) return undefined;
  const all = told ?? { read: consumed.read / done, write: consumed.write / done };
  const takes = (units: number, limit = Infinity): number => ((units * (1 - done)) / limit) * 1_000;
  return Math.max(takes(all.write, maxWcu), takes(all.read, maxRcu));
}
