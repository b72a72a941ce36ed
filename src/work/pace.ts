import type { Gateway, Load } from '../table/gateway.js';

/** What a worker may consume, in capacity units a second. */
export interface Share {
  readonly write: number | undefined;
  readonly read: number | undefined;
}

/** Whether a worker goes on. */
export interface Going {
  readonly signal: AbortSignal | undefined;
  readonly goesOn: () => boolean;
}

/** A bucket holds what may be consumed in one second: after a pause a worker does not catch up on more. */
const BURST_MS = 1_000;

/** How long it waits at most before it asks again whether to go on, and at which rate. */
const SLICE_MS = 2_000;

/** What a page costs at most: a megabyte. */
const PAGE_UNITS = 256;

/** Rows of a page for a worker that may not read a megabyte in a second. */
const SMALL_PAGE = 250;

/** How many rows a worker reads at once that may consume so much in a second; undefined for as many as DynamoDB gives. */
export const pageRowsFor = (rate = Infinity): number | undefined => (rate < PAGE_UNITS ? SMALL_PAGE : undefined);

/** After so many rows it is considered how many to work on at once. */
const ROUND = 50;

/** So many of a round's rows may meet other writers before that counts as too much at once. */
const TOLERATED_CONFLICTS = ROUND * 0.05;

/**
 * How fast a worker goes: within its share of the capacity, as DynamoDB says what was consumed; and with fewer rows at
 * once where requests are throttled or meet other writers, one more for each round of them where they are not.
 */
export class Pace {
  /** How many rows may be worked on at once. */
  window: number;
  readonly #buckets = { read: new Bucket(), write: new Bucket() };
  #before: Load;
  /** Of the round that is under way. */
  #rows = 0;

  constructor(
    private readonly gateway: Gateway,
    private readonly concurrency: number,
  ) {
    this.window = concurrency;
    this.#before = gateway.load();
  }

  share({ read, write }: Share): void {
    this.#buckets.read.rate = read;
    this.#buckets.write.rate = write;
  }

  /** How many rows to read at once; undefined for as many as DynamoDB gives, a megabyte. */
  get pageRows(): number | undefined {
    return pageRowsFor(this.#buckets.read.rate);
  }

  /** Waits until something may be consumed again. False where it is not to go on, or the signal says so. */
  async take({ signal, goesOn }: Going): Promise<boolean> {
    for (;;) {
      if (signal?.aborted === true || !goesOn()) return false;
      const load = this.gateway.load();
      const now = this.gateway.elapsed();
      const { read, write } = this.#buckets;
      const wait = Math.max(read.wait(load.read, now), write.wait(load.write, now));
      if (wait <= 0) return true;
      await this.gateway.pause(Math.min(Math.ceil(wait), SLICE_MS), signal).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
    }
  }

  /** After each row that was worked on. After each round: halves what is done at once where that was too much, or adds one. */
  worked(): void {
    if (++this.#rows < ROUND) return;
    this.#rows = 0;
    const load = this.gateway.load();
    const retries = load.retries - this.#before.retries;
    const conflicts = load.conflicts - this.#before.conflicts;
    this.#before = load;
    const tooMuch = retries > 0 || conflicts > TOLERATED_CONFLICTS;
    this.window = tooMuch ? Math.max(1, this.window >> 1) : Math.min(this.concurrency, this.window + 1);
  }
}

/** A token bucket that is paid after the purchase: what a request consumes is known when it is answered. */
class Bucket {
  /** Units a second; without it everything may be taken. */
  rate: number | undefined;
  #tokens = 0;
  #at = 0;
  #consumed: number | undefined;

  /** How long it takes until something may be consumed, in milliseconds. */
  wait(consumed: number, now: number): number {
    const spent = consumed - (this.#consumed ?? consumed);
    this.#consumed = consumed;
    if (this.rate === undefined) return 0;
    const earned = ((now - this.#at) / 1_000) * this.rate;
    this.#at = now;
    this.#tokens = Math.min(this.#tokens + earned, (BURST_MS / 1_000) * this.rate) - spent;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.rate) * 1_000;
  }
}
