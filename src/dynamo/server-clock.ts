/**
 * How far one date may be from what is expected of it: dates have whole seconds, answers are delayed, and the clocks of
 * servers differ. What is further ahead is believed once the next answer agrees.
 */
const AGREE_MILLISECONDS = 60_000;

/** Of how many answers the dates are kept. */
const RECENT = 16;

/** A date that was heard, and this machine's clocks then. */
interface Heard {
  readonly date: number;
  readonly wall: number;
  readonly elapsed: number;
}

/**
 * The server's time, from the dates of answers. It never goes back: answers overtake each other, and servers' clocks
 * differ. And one wrong date (of a proxy, say, or of a machine whose clock is broken) does not carry it away: what has
 * expired, who was seen, and when a drain ends are decided by it.
 */
export class ServerClock {
  #known: Heard | undefined;
  /** That of the last answer, where it is not believed yet. */
  #ahead: Heard | undefined;
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
    const heard: Heard = { date, wall: Date.now(), elapsed: this.elapsed() };
    const last = this.#ahead;
    this.#ahead = undefined;
    if (isExpected(heard, this.#known) || (last !== undefined && agree(last, heard))) this.#know(heard);
    else this.#ahead = heard;
  }

  #know(heard: Heard): void {
    if (this.#known === undefined || heard.date > this.#known.date) this.#known = heard;
  }
}

/** By as much as this machine's clocks say has passed: a clock can stop, or be set, but not run ahead unseen. */
function isExpected(heard: Heard, known: Heard | undefined): boolean {
  if (known === undefined) return Math.abs(heard.date - heard.wall) <= AGREE_MILLISECONDS;
  return heard.date - known.date <= passed(known, heard) + AGREE_MILLISECONDS;
}

function agree(one: Heard, next: Heard): boolean {
  const between = next.date - one.date;
  return between >= -AGREE_MILLISECONDS && between <= passed(one, next) + AGREE_MILLISECONDS;
}

const passed = (from: Heard, to: Heard): number => Math.max(0, to.wall - from.wall, to.elapsed - from.elapsed);
