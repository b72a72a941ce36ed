/** Changes within so long are one: two workers that come to a checkpoint at once say nothing of a pace. */
const ONE_CHANGE_MS = 1_000;

interface Change {
  /** When it began to come, and when it had come: in milliseconds. */
  readonly from: number;
  readonly at: number;
  readonly total: number;
}

/** Where three times as long as usual, and a minute, brought no change, nobody can say how fast it goes. */
const SILENCE = { intervals: 3, milliseconds: 60_000 };

/**
 * How fast a total grows that is known at checkpoints only. Between two of them it cannot move, so its rate is that up to
 * the last change, and stays it until the next one.
 */
export class SteppedRate {
  readonly #changes: Change[] = [];
  #total: number | undefined;

  /**
   * @param clock in milliseconds; only differences count
   * @param window so long before the last change others count still; the one before it always does
   * @param standing whether the total stands still as it is first seen; else it has grown since a checkpoint that nobody
   * saw, and only the next change begins a time that is known
   */
  constructor(
    private readonly clock: () => number,
    private readonly window: number,
    private readonly standing = false,
  ) {}

  /** Takes the total as it is known now; gives its growth a second, undefined where there is none to go by. */
  of(total: number): number | undefined {
    const isBegin = this.#total === undefined && (this.standing || total === 0);
    const isChange = this.#total !== undefined && total !== this.#total;
    this.#total = total;
    if (isBegin || isChange) this.#add(total);
    const changes = this.#changes;
    if (changes.length < 2) return undefined;
    const first = changes[0]!;
    const last = changes.at(-1)!;
    const span = last.at - first.at;
    const silence = Math.max(SILENCE.milliseconds, (SILENCE.intervals * span) / (changes.length - 1));
    return span === 0 || this.clock() - last.at > silence ? undefined : ((last.total - first.total) * 1000) / span;
  }

  #add(total: number): void {
    const changes = this.#changes;
    const at = this.clock();
    const last = changes.at(-1);
    const isSame = changes.length > 1 && at - last!.from < ONE_CHANGE_MS;
    if (isSame) changes.pop();
    changes.push({ from: isSame ? last!.from : at, at, total });
    while (changes.length > 2 && at - changes[0]!.at > this.window) changes.shift();
  }
}
