/** So long ago a total counts still: a rate follows a limit that was changed. */
const WINDOW_MS = 10_000;

/** How fast a running total grows. */
export class Rate {
  readonly #samples: { readonly at: number; readonly total: number }[] = [];

  /** @param clock in milliseconds; only differences count */
  constructor(
    private readonly clock: () => number,
    private readonly window = WINDOW_MS,
  ) {}

  /** Takes the total as it is now; gives its growth a second in the last while, undefined where there was none yet. */
  of(total: number): number | undefined {
    const now = this.clock();
    const last = this.#samples.at(-1);
    // Totals come faster than a person reads: a tenth of a second is one sample.
    if (last === undefined || now - last.at >= 100) this.#samples.push({ at: now, total });
    while (this.#samples.length > 1 && now - this.#samples[0]!.at > this.window) this.#samples.shift();
    const { at, total: before } = this.#samples[0]!;
    return now === at ? undefined : ((total - before) * 1000) / (now - at);
  }
}
