/**
 * How far one date may be from what is expected of it: dates have whole seconds, answers are delayed, and the clocks of
 * servers differ. What is further ahead is believed once the next answer agrees.
 */
const AGREE_MILLISECONDS = 60_000;

/** Of how many answers the dates are kept. */
const RECENT = 16;

/**
 * The server's time, from the dates of answers. It never goes back: answers overtake each other, and servers' clocks
 * differ. And one wrong date (of a proxy, say, or of a machine whose clock is broken) does not carry it away: what has
 * expired, who was seen, and when a drain ends are decided by it.
 */
export class ServerClock {
  #known: { readonly date: number; readonly wall: number; readonly elapsed: number } | undefined;
  /** The date of the last answer, where it is not believed yet. */
  #ahead: number | undefined;
  /** The dates of the last answers, as they came. */
  readonly #recent: number[] = [];

  /** @param elapsed a clock of this machine that only goes forward, in milliseconds */
  constructor(private readonly elapsed: () => number) {}

  /** Of the last answers the newest date that is believed; this machine's clock until there was one. */
  now(): number {
    return this.#known?.date ?? Math.min(Date.now(), ...this.#recent);
  }

  /** The newest date among the last answers, believed or not: for ages, which may be too great and not too small. */
  newest(): number {
    return this.#recent.length === 0 ? this.now() : Math.max(this.now(), ...this.#recent);
  }

  answered(date: number): void {
    if (this.#recent.push(date) > RECENT) this.#recent.shift();
    const last = this.#ahead;
    this.#ahead = undefined;
    if (this.#isExpected(date)) return this.#know(date);
    if (last !== undefined && Math.abs(last - date) <= AGREE_MILLISECONDS) return this.#know(Math.min(last, date));
    this.#ahead = date;
  }

  /** By as much as this machine's clocks say has passed: a clock can stop, or be set, but not run ahead unseen. */
  #isExpected(date: number): boolean {
    if (this.#known === undefined) return Math.abs(date - Date.now()) <= AGREE_MILLISECONDS;
    const { date: last, wall, elapsed } = this.#known;
    const passed = Math.max(0, Date.now() - wall, this.elapsed() - elapsed);
    return date - last <= passed + AGREE_MILLISECONDS;
  }

  #know(date: number): void {
    if (this.#known !== undefined && date <= this.#known.date) return;
    this.#known = { date, wall: Date.now(), elapsed: this.elapsed() };
  }
}
