import { TransactionConflictError } from '../dynamo/errors.js';
import { ContentionError, OptimisticLockError } from '../protocol/errors.js';
import { rowThatWon } from '../protocol/lost-race.js';
import type { PrimaryRow } from '../protocol/row.js';
import type { Gateway } from '../table/gateway.js';

/** How often a change that reads first is tried while other writers are faster. */
export const ATTEMPTS = 30;

/**
 * How often transactions of others may hold the item for longer than the gateway sends again, which is some five seconds: where each
 * write holds it for a second, chance alone may keep one caller out for so long.
 */
const MOST_HELD = 2;

/** Every so many losses one steps back: who always sends at once is in the way of all the others. */
const STEP_BACK_EVERY = 3;

/** Bounds of a pause, in milliseconds, before chance makes it shorter. */
const [SHORTEST, LONGEST] = [5, 1_000];

/** What is tried, for the error that ends it. */
export interface Racer {
  readonly call: 'update' | 'delete';
  readonly type: string;
  readonly keyPath: string;
}

/**
 * Runs work that changes what it read, again where another writer was faster. Most losers try at once, from the row that
 * won: that takes half the time of a winner who reads first, so nobody can keep them out. Every third loss ends in a pause
 * of up to twice, four times, … the time that the lost attempt took, and a read.
 *
 * @param work takes the row to start from; undefined where it is to read
 * @throws ContentionError after the last attempt; what `work` throws
 */
export async function untilFirst<R>(
  gateway: Pick<Gateway, 'pause' | 'elapsed'>,
  racer: Racer,
  work: (from: PrimaryRow | undefined) => Promise<R>,
): Promise<R> {
  let from: PrimaryRow | undefined;
  let held = 0;
  for (let attempt = 1; ; attempt++) {
    const began = gateway.elapsed();
    try {
      return await work(from);
    } catch (error) {
      const isHeld = error instanceof TransactionConflictError;
      if (!isHeld && !(error instanceof OptimisticLockError)) throw error;
      if (attempt === ATTEMPTS || (isHeld && ++held === MOST_HELD)) {
        throw ContentionError.hot({ ...racer, attempts: attempt }, error);
      }
      from = isHeld || attempt % STEP_BACK_EVERY === 0 ? undefined : rowThatWon(error);
    }
    if (from === undefined) await gateway.pause(Math.random() * longestPause(attempt, gateway.elapsed() - began));
  }
}

/** How long the pause after an attempt is at most, given how long the attempt took. */
export function longestPause(attempt: number, took: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, took) * 2 ** Math.ceil(attempt / STEP_BACK_EVERY));
}
