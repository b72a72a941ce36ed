import type { WriteOptions } from '../table/gateway.js';
import { type FirstSending, RESEND_MILLISECONDS } from '../table/resend.js';
import type { Watch } from './sender.js';
import type { TimedRequest } from './server-clock.js';

/**
 * What a write's watch ends its request with. A retry strategy must see nothing in it that it would try again: no
 * `cause`, no `code`, no `$metadata`.
 */
export class EndOfWrite extends Error {
  override readonly name = 'EndOfWrite';

  /** `lost`: the error of the last attempt without an answer, if there was one. */
  constructor(
    why: string,
    readonly lost: unknown,
  ) {
    super(why);
  }
}

/** Follows one write through all its attempts: those of the SDK, and those of the gateway. */
export class WriteWatch implements Watch {
  /** True where the last attempt was not sent, because of its guard. */
  stale = false;
  /** True where an attempt had no answer: it may have been applied, or may be yet. */
  doubtful = false;
  /** True where there was no attempt with a definite answer after that. */
  unanswered = false;
  readonly #options: WriteOptions;
  #attempt: FirstSending = { signed: undefined, clock: Date.now() };
  #firstLost: FirstSending | undefined;
  #lost: unknown;

  constructor(
    options: WriteOptions,
    private readonly timed: TimedRequest,
  ) {
    this.#options = options;
    this.#firstLost = options.again;
  }

  /** When the content was sent first that had no answer; undefined where every attempt had one. */
  get firstLost(): FirstSending | undefined {
    return this.#firstLost;
  }

  signed(date: number | undefined): void {
    const { guard } = this.#options;
    if (guard !== undefined && (date === undefined || date - guard.asOf > guard.maxAge)) {
      this.stale = true;
      throw new EndOfWrite('Too long ago that the registry was read.', this.#lost);
    }
    if (this.#isTooLate(date)) throw new EndOfWrite('Too late to send the same content again.', this.#lost);
    this.unanswered = false;
    this.#attempt = { signed: date, clock: Date.now() };
    this.timed.sent();
  }

  answered(date: number): void {
    this.timed.answered(date);
  }

  lost(error: unknown): void {
    this.doubtful = this.unanswered = true;
    this.#lost = error;
    this.#firstLost ??= this.#attempt;
    if (this.#options.once === true) throw new EndOfWrite('Not to be sent again.', error);
  }

  /** Signatures tell the time even after the process was frozen; the clock tells it where they have no date. */
  #isTooLate(date: number | undefined): boolean {
    if (this.#firstLost === undefined) return false;
    const bySignature = (date ?? 0) - (this.#firstLost.signed ?? date ?? 0);
    return Math.max(bySignature, Date.now() - this.#firstLost.clock) > RESEND_MILLISECONDS;
  }
}
