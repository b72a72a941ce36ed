/**
 * How far one date may be from what is expected of it: dates have whole seconds, answers are delayed, and the clocks of
 * servers differ. What is further ahead is believed once the next answer agrees.
 */
const AGREE_MILLISECONDS = 60_000;

/** Of how many answers the dates are kept. */
const RECENT = 16;

/** What this machine's clocks say. */
interface Clocks {
  readonly wall: number;
  readonly elapsed: number;
}

/**
 * A date that was heard. It is of some moment between the sending of the request and the coming of the answer: a process that
 * was frozen meanwhile hears it late.
 */
interface Heard {
  readonly date: number;
  readonly sent: Clocks;
  readonly came: Clocks;
}

/** One request, from its beginning on. */
export interface TimedRequest {
  /** It is about to be sent; again, where it is sent again. */
  sent(): void;
  answered(date: number): void;
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

  /** Follows a request that begins now. */
  request(): TimedRequest {
    let sent = this.#clocks();
    return {
      sent: () => void (sent = this.#clocks()),
      answered: (date) => this.#answered({ date, sent, came: this.#clocks() }),
    };
  }

  #clocks(): Clocks {
    return { wall: Date.now(), elapsed: this.elapsed() };
  }

  #answered(heard: Heard): void {
    if (this.#recent.push(heard.date) > RECENT) this.#recent.shift();
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
  if (known === undefined) {
    const { date, sent, came } = heard;
    return date >= sent.wall - AGREE_MILLISECONDS && date <= came.wall + AGREE_MILLISECONDS;
  }
  return heard.date - known.date <= passed(known, heard) + AGREE_MILLISECONDS;
}

function agree(one: Heard, next: Heard): boolean {
  const between = next.date - one.date;
  return between >= -AGREE_MILLISECONDS && between <= passed(one, next) + AGREE_MILLISECONDS;
}

/** The longest time that can have passed between two dates. */
const passed = ({ sent }: Heard, { came }: Heard): number =>
  Math.max(0, came.wall - sent.wall, came.elapsed - sent.elapsed);
