import { setTimeout as sleep } from 'node:timers/promises';

/** How often, and how patiently, a write that met other transactions is sent again. */
export interface Backoff {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Milliseconds; the pause before attempt n is random between 0 and `base · 2^(n-1)`, at most `cap`. */
  readonly base: number;
  readonly cap: number;
}

/** At most some 8 seconds in all: far below the nine minutes for which a transaction's token may be sent again. */
export const defaultBackoff: Backoff = Object.freeze({
  attempts: 14,
  base: 20,
  cap: 1_000,
});

/** The pause before the attempt after `attempt`. Full jitter: writers that collided once must not do so in step. */
export function pauseAfter(attempt: number, { base, cap }: Backoff): number {
  return Math.random() * Math.min(cap, base * 2 ** attempt);
}

/** Waits; rejects with the signal's reason where that ends it. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> => wait(milliseconds, signal, true);

/** The same, in a process that may end meanwhile where nothing else keeps it alive. */
export const unreferencedPause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  wait(milliseconds, signal, false);

async function wait(milliseconds: number, signal: AbortSignal | undefined, ref: boolean): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { ref, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Calls something again and again, as long as something else keeps the process alive. */
export function every(milliseconds: number, call: () => void): () => void {
  const timer = setInterval(call, milliseconds).unref();
  return () => clearInterval(timer);
}
