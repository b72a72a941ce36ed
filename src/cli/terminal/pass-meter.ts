import type { WorkProgress } from '../../work/work.js';
import { count, counted, duration } from './duration.js';
import { SteppedRate } from './stepped-rate.js';
import { TimeLeft } from './time-left.js';

/** So long ago counts, in milliseconds. */
const WINDOW_MS = 10_000;

/** Rates of one pass. */
interface Rates {
  readonly rows: SteppedRate;
  readonly units: SteppedRate;
  readonly left: TimeLeft;
}

/** Makes of passes that are looked at again and again what a person wants to know of each: how far, how fast, how long still. */
export class PassMeter {
  readonly #rates = new Map<string, Rates>();

  /**
   * @param clock in milliseconds; only differences count
   * @param tableRows how many rows the table has, about, where that is known
   */
  constructor(
    private readonly clock: () => number,
    private readonly tableRows: () => number | undefined,
  ) {}

  /** One line, which says the most important first: `backfill-12: 42 %, 310/s, 620 WCU of 1,000, 1:20 left, …`. */
  line(work: WorkProgress): string {
    const { id, state, segments, rows, consumed, maxWcu, maxRcu } = work;
    const rates = this.#ratesOf(id);
    const [perSecond, units] = [rates.rows.of(rows), rates.units.of(consumed.write)];
    const { done, left } = rates.left.of(work);
    const facts = [
      ...(state === 'paused' ? ['paused'] : []),
      `${Math.floor(done * 100)} %`,
      ...(perSecond === undefined ? [] : [`${count(perSecond)}/s`]),
      ...unitsOf(units, maxWcu),
      ...(maxRcu === undefined ? [] : [`at most ${count(maxRcu)} RCU/s`]),
      ...(left === undefined ? [] : [`${duration(left)} left`]),
      workersOf(work),
      counted(rows, 'row'),
      `${segments.finished}/${segments.all} segments`,
    ];
    return `${id}: ${facts.join(', ')}`;
  }

  #ratesOf(id: string): Rates {
    const known = this.#rates.get(id);
    if (known !== undefined) return known;
    const rates = {
      rows: new SteppedRate(this.clock, WINDOW_MS),
      units: new SteppedRate(this.clock, WINDOW_MS),
      left: new TimeLeft(this.clock, this.tableRows),
    };
    this.#rates.set(id, rates);
    return rates;
  }
}

function unitsOf(units: number | undefined, limit: number | undefined): readonly string[] {
  if (units === undefined) return limit === undefined ? [] : [`at most ${count(limit)} WCU/s`];
  return [`${count(units)} WCU${limit === undefined ? '' : ` of ${count(limit)}`}`];
}

/** Who is at a pass; or since when nobody is, and who was last. */
export function workersOf({ idle, segments }: Pick<WorkProgress, 'idle' | 'segments'>): string {
  if (idle === undefined) return `${counted(segments.leased, 'worker')} at it`;
  const { since, worker } = idle;
  return `nobody at it since ${since.replace(/\.\d+Z$/, 'Z')}${worker === undefined ? '' : ` (${worker})`}`;
}
