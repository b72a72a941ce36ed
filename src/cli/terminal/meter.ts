import type { JobProgress } from '../../operator/job.js';
import type { Progress } from '../../operator/progress.js';
import type { WorkProgress } from '../../work/work.js';
import type { ProgressView } from './bar.js';
import { count, counted, duration } from './duration.js';
import { Rate } from './rate.js';

/** What operator functions tell. */
export type AnyProgress = Progress | JobProgress;

type Passing = Exclude<AnyProgress, { readonly step: 'drain' }>;

/** Makes of what an operator function tells what a person wants to know: how much, how fast, how long still. */
export class Meter {
  #step: string | undefined;
  #drain = 0;
  #rates: { readonly items: Rate; readonly written: Rate; readonly done: Rate };

  constructor(private readonly clock: () => number) {
    this.#rates = this.#newRates();
  }

  view(progress: AnyProgress): ProgressView {
    if (progress.step !== this.#step) {
      this.#step = progress.step;
      this.#drain = 0;
      this.#rates = this.#newRates();
    }
    return progress.step === 'drain' ? this.#draining(progress.milliseconds) : this.#passing(progress);
  }

  #newRates(): { readonly items: Rate; readonly written: Rate; readonly done: Rate } {
    return { items: new Rate(this.clock), written: new Rate(this.clock), done: new Rate(this.clock, Infinity) };
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
    const rate = this.#rates.items.of(items);
    return {
      label: `${labelOf(progress)}${work?.state === 'paused' ? ' (paused)' : ''}`,
      done: work && work.segments.finished / work.segments.all,
      facts: [
        counted(items, 'item'),
        ...foundBy(progress),
        ...(rate === undefined ? [] : [`${count(rate)}/s`]),
        ...(work === undefined ? [] : this.#shared(work)),
      ],
    };
  }

  /** What all workers have come to together. */
  #shared({ segments, consumed, maxWcu, state }: WorkProgress): readonly string[] {
    const units = this.#rates.written.of(consumed.write);
    const done = segments.finished / segments.all;
    const speed = this.#rates.done.of(done);
    const left = speed !== undefined && speed > 0 && state === 'running' ? ((1 - done) / speed) * 1000 : undefined;
    return [
      ...(left === undefined ? [] : [`${duration(left)} left`]),
      `${segments.finished}/${segments.all} segments`,
      ...(units === undefined ? [] : [`${count(units)} WCU${maxWcu === undefined ? '' : ` of ${count(maxWcu)}`}`]),
    ];
  }
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
