/** How often, and how patiently, a write that met other transactions is sent again. */
export interface Backoff {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Milliseconds; the pause before attempt n is random between 0 and `base · 2^(n-1)`, at most `cap`. */
  readonly base: number;
  readonly cap: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** At most some 8 seconds in all: far below the nine minutes for which a transaction's token may be sent again. */
export const defaultBackoff: Backoff = Object.freeze({
  attempts: 14,
  base: 20,
  cap: 1_000,
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
});

/** Full jitter: writers that collided once must not do so in step. */
export function pauseBefore(attempt: number, backoff: Backoff): Promise<void> {
  return backoff.sleep(Math.random() * Math.min(backoff.cap, backoff.base * 2 ** attempt));
}
