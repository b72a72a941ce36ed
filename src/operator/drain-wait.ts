import type { Wait } from '../work/waits.js';

/** A process that waits for a drain to end, before it begins a pass or takes its next step. */
export interface DrainWait {
  /** As `machine:process`. */
  readonly worker: string;
  /** When it began to wait: ISO text, by the server's clock. */
  readonly since: string;
  /** When the drain will have ended, likewise. */
  readonly until: string;
  /** In milliseconds: how long it lasts still. */
  readonly milliseconds: number;
}

/** A wait as it stands at a moment of the server's clock. */
export const drainWait = ({ by, since, until }: Wait, now: number): DrainWait => ({
  worker: by,
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  milliseconds: Math.max(0, until - now),
});
