import type { RowKey } from '../values/attribute-value.js';
import type { Taken } from './open-entries.js';
import { keyId } from './row.js';

/** Milliseconds for which a key counts as taken after it was met as another item's. */
export const REMEMBERED_FOR = 60_000;

/** The oldest are forgotten first: a key that is not remembered is merely tried. */
const MOST_KEYS = 1_000;

/**
 * The keys of secondary rows that one process met as another item's, each for a minute. Nothing that must be true rests
 * on it: it decides only whether a row is tried, where an open entry is right as well.
 */
export class TakenKeys implements Taken {
  readonly #met = new Map<string, number>();

  /** @param elapsed milliseconds on a clock that only goes forward */
  constructor(private readonly elapsed: () => number) {}

  add(key: RowKey): void {
    const id = keyId(key);
    this.#met.delete(id);
    this.#met.set(id, this.elapsed());
    if (this.#met.size > MOST_KEYS) this.#met.delete(this.#met.keys().next().value!);
  }

  forget(key: RowKey): void {
    if (this.#met.size > 0) this.#met.delete(keyId(key));
  }

  has(key: RowKey): boolean {
    if (this.#met.size === 0) return false;
    const id = keyId(key);
    const met = this.#met.get(id);
    if (met === undefined) return false;
    if (this.elapsed() - met < REMEMBERED_FOR) return true;
    this.#met.delete(id);
    return false;
  }
}
