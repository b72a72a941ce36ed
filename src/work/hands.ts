import type { AttributeMap } from '../values/attribute-value.js';
import type { Going, Pace } from './pace.js';

/** What is done with rows, and how many at most. */
export interface Hands {
  /** Resolves once a row is done; undefined for a row that needs nothing. */
  readonly work: (row: AttributeMap) => Promise<void> | void;
  /** Called for each row that is done. */
  readonly did: () => void;
  readonly pace: Pace;
  readonly going: Going;
  /** After so many rows that needed something it ends. */
  readonly most: number;
}

/** How far the hands have come. */
export interface Handled {
  /** How many rows are done, from the first one on. */
  readonly done: number;
  /** How many of them needed something. */
  readonly worked: number;
  /** True when it is not to go on with the others. */
  readonly isOver: boolean;
}

/**
 * Works on rows in their order, as many at once as the pace allows. Ends only when none is under way any more.
 *
 * @throws what the work on a row throws
 */
export async function workOn(rows: readonly AttributeMap[], { work, did, pace, going, most }: Hands): Promise<Handled> {
  let next = 0;
  let worked = 0;
  let ends = false;
  const hand = async (_: unknown, number: number): Promise<void> => {
    while (next < rows.length && number < pace.window && worked < most && !ends) {
      const row = rows[next++]!;
      try {
        const working = work(row);
        // A row that needs nothing is passed at once.
        if (working === undefined) {
          did();
          continue;
        }
        worked++;
        await working;
        did();
        pace.worked();
        if (!(await pace.take(going))) ends = true;
      } catch (error) {
        ends = true;
        throw error;
      }
    }
  };
  const hands = await Promise.allSettled(Array.from({ length: Math.min(pace.window, rows.length) }, hand));
  const broken = hands.find((end) => end.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  return { done: next, worked, isOver: ends && next < rows.length };
}
