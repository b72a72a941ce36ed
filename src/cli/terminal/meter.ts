import type { Progress } from '../../operator/progress.js';
import type { ProgressView } from './bar.js';
import { count, counted, duration } from './duration.js';

/** A rate is that of the last while, so that it follows a limit that was changed. */
const WINDOW_MS = 10_000;

interface Sample {
  readonly at: number;
  readonly items: number;
}

/** Makes of what an operator function tells what a person wants to know: how much, how fast, how long still. */
export class Meter {
  #step: string | undefined;
  #samples: Sample[] = [];
  #longest = 0;

  constructor(private readonly clock: () => number) {}

  view(progress: Progress): ProgressView {
    if (progress.step !== this.#step) {
      this.#step = progress.step;
      this.#samples = [];
      this.#longest = 0;
    }
    return progress.step === 'drain' ? this.#drain(progress.milliseconds) : this.#pass(progress);
  }

  #drain(left: number): ProgressView {
    this.#longest = Math.max(this.#longest, left);
    return {
      label: 'Drain',
      done: this.#longest === 0 ? 1 : 1 - left / this.#longest,
      facts: [`${duration(left)} left`, 'waiting for processes that slept'],
    };
  }

  #pass(progress: Exclude<Progress, { readonly step: 'drain' }>): ProgressView {
    const rate = this.#rate(progress.items);
    const found =
      progress.step === 'sweep' ? `${count(progress.written)} written` : counted(progress.suspects, 'suspect');
    return {
      label: progress.step === 'sweep' ? 'Sweep' : 'Verify',
      done: undefined,
      facts: [counted(progress.items, 'item'), found, ...(rate === undefined ? [] : [`${count(rate)}/s`])],
    };
  }

  /** Items a second in the last while; undefined until there are two samples. */
  #rate(items: number): number | undefined {
    const now = this.clock();
    this.#samples.push({ at: now, items });
    const kept = this.#samples.findIndex(({ at }) => now - at <= WINDOW_MS);
    this.#samples.splice(0, kept);
    const [first] = this.#samples;
    if (first === undefined || now === first.at) return undefined;
    return ((items - first.items) * 1000) / (now - first.at);
  }
}
