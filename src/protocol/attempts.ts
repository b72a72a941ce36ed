import type { PrimaryRow } from './row.js';

/**
 * The attempts of one call, and what is known of them. An attempt that had no answer is in doubt: it may have been
 * applied, or may be yet. Each has a revision of its own, so the item itself tells, by its revision, its ancestors and
 * its incarnation.
 */
export class Attempts {
  readonly #made = new Map<string, PrimaryRow>();
  #doubts = 0;
  #cause: unknown;

  /** Remembers the row that an attempt is about to write. */
  add(row: PrimaryRow): void {
    this.#made.set(row.revision, row);
  }

  /** From here on an attempt is in doubt. */
  doubt(cause: unknown): void {
    this.#doubts++;
    this.#cause ??= cause;
  }

  /** It is proved that no attempt so far was applied, and that none will be. */
  rule(): void {
    this.#doubts = 0;
  }

  /** How many attempts are in doubt. */
  get doubts(): number {
    return this.#doubts;
  }

  get inDoubt(): boolean {
    return this.#doubts > 0;
  }

  /** What put the first one in doubt, where that is known. */
  get cause(): unknown {
    return this.#cause;
  }

  /** The attempt that was applied, as the row of now proves: also where others have written since. */
  appliedIn(now: PrimaryRow): PrimaryRow | undefined {
    const written = [now.revision, ...now.ancestors, now.incarnation].find((revision) => this.#made.has(revision));
    return written === undefined ? undefined : this.#made.get(written);
  }
}
