import type { Gateway, Load } from '../table/gateway.js';

/** What a worker may consume, in capacity units a second. */
export interface Share {
  readonly write: number | undefined;
  readonly read: number | undefined;
}

/** A bucket holds what may be consumed in one second: after a pause a worker does not catch up on more. */
const BURST_MS = 1_000;

/** So many of a page's rows may meet other writers before that counts as too much at once. */
const TOLERATED_CONFLICTS = 0.05;

/**
 * How fast a worker goes: within its share of the capacity, as DynamoDB says what was consumed; and with fewer rows at
 * once where requests are throttled or meet other writers, one more for each page where they are not.
 */
export class Pace {
  /** How many rows may be worked on at once. */
  window: number;
  readonly #buckets = { read: new Bucket(), write: new Bucket() };
  #before: Load;

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

  /** Waits until something may be consumed again. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const load = this.gateway.load();
      const now = this.gateway.elapsed();
      const { read, write } = this.#buckets;
      const wait = Math.max(read.wait(load.read, now), write.wait(load.write, now));
      if (wait <= 0) return;
      await this.gateway.pause(Math.ceil(wait), signal);
    }
  }

  /** After a page: halves what is done at once where that was too much, and else adds one. */
  adapt(rows: number): void {
    const load = this.gateway.load();
    const retries = load.retries - this.#before.retries;
    const conflicts = load.conflicts - this.#before.conflicts;
    this.#before = load;
    const tooMuch = retries > 0 || conflicts > Math.max(1, rows * TOLERATED_CONFLICTS);
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
