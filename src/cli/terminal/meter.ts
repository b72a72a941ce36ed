import type { JobProgress } from '../../operator/job.js';
import type { Progress } from '../../operator/progress.js';
import type { WorkProgress } from '../../work/work.js';
import type { Fact, ProgressView } from './bar.js';
import { count, counted, duration } from './duration.js';
import { Rate } from './rate.js';
import { SteppedRate } from './stepped-rate.js';
import { TimeLeft } from './time-left.js';

/** What operator functions tell. */
export type AnyProgress = Progress | JobProgress;

type Passing = Exclude<AnyProgress, { readonly step: 'drain' }>;

/** So long ago counts: it is no longer than that before what is told follows a limit that was changed, or a new pace. */
const WINDOW_MS = 10_000;

/** Makes of what an operator function tells what a person wants to know: how much, how fast, how long still. */
export class Meter {
  #step: string | undefined;
  #drain = 0;
  #rates: Rates;
  #left: TimeLeft;

  /** @param rows how many the table has, about, where that is known */
  constructor(
    private readonly clock: () => number,
    private readonly rows: () => number | undefined = () => undefined,
  ) {
    this.#rates = this.#newRates();
    this.#left = this.#newLeft();
  }

  view(progress: AnyProgress): ProgressView {
    if (progress.step !== this.#step) {
      this.#step = progress.step;
      this.#drain = 0;
      this.#rates = this.#newRates();
      this.#left = this.#newLeft();
    }
    return progress.step === 'drain' ? this.#draining(progress.milliseconds) : this.#passing(progress);
  }

  /** @param standing whether the pass stands still now */
  #newRates(standing = false): Rates {
    const { clock } = this;
    return {
      items: new Rate(clock),
      written: new SteppedRate(clock, WINDOW_MS, standing),
    };
  }

  #newLeft(): TimeLeft {
    return new TimeLeft(this.clock, this.rows);
  }

  #draining(left: number): ProgressView {
    this.#drain = Math.max(this.#drain, left);
    return {
      label: 'Drain',
      done: this.#drain === 0 ? 1 : 1 - left / this.#drain,
      facts: [`${duration(left)} left`, 'waiting for processes that slept'],
    };
  }

  #passing(progress: Passing): ProgressView {
    const { items, work } = progress;
    const pace = work && this.#left.of(work);
    // The time that it stood still says nothing of its pace.
    if (work?.state === 'paused') this.#rates = this.#newRates(true);
    const rate = this.#rates.items.of(items);
    return {
      label: `${labelOf(progress)}${work?.state === 'paused' ? ' (paused)' : ''}`,
      done: pace?.done,
      facts: [
        ...(rate === undefined ? [] : [`${count(rate)}/s`]),
        ...(work === undefined ? [] : this.#paceOf(work, pace?.left)),
        counted(items, 'item'),
        ...foundBy(progress),
        ...(work === undefined ? [] : [`${work.segments.finished}/${work.segments.all} segments`]),
      ],
    };
  }

  /** What all workers consume together, and how long they take still. */
  #paceOf({ consumed, maxWcu }: WorkProgress, left: number | undefined): readonly Fact[] {
    const units = this.#rates.written.of(consumed.write);
    return [
      ...(units === undefined ? [] : [unitsFact(`${count(units)} WCU`, maxWcu)]),
      ...(left === undefined ? [] : [`${duration(left)} left`]),
    ];
  }
}

/** The limit is what a narrow terminal can do without. */
const unitsFact = (brief: string, limit: number | undefined): Fact =>
  limit === undefined ? brief : { whole: `${brief} of ${count(limit)}`, brief };

interface Rates {
  /** This process's own, which it knows at any time. */
  readonly items: Rate;
  /** What all workers have consumed, as of their last checkpoints. */
  readonly written: SteppedRate;
}

const LABELS = { sweep: 'Sweep', digest: 'Digest', verify: 'Verify', job: 'Job' };

const labelOf = (progress: Passing): string =>
  progress.step === 'job' ? `${LABELS.job} ${progress.job}` : LABELS[progress.step];

/** What a pass has come to beside the items that it met. */
function foundBy(progress: Passing): readonly string[] {
  switch (progress.step) {
    case 'sweep':
      return [`${count(progress.written)} written`];
    case 'digest':
      return [];
    case 'verify':
      return [counted(progress.suspects, 'suspect')];
    case 'job':
      return [`${count(progress.changed)} changed`];
  }
}
