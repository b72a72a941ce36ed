import type { Change, OrderKey, ReleaseName } from './protocol.js';

export function nameOf({ customerId, orderId }: OrderKey): string {
  return `${customerId}/${orderId}`;
}

/** Every change that was acknowledged, kept apart from the table: what the check compares the table with. */
export class Ledger {
  readonly #orders = new Map<string, Change[]>();
  readonly #counts = new Map<ReleaseName, number>();
  conflicts = 0;
  changes = 0;

  record(change: Change): void {
    const name = nameOf(change);
    const order = this.#orders.get(name);
    if (order === undefined) this.#orders.set(name, [change]);
    else order.push(change);
    this.#counts.set(change.release, this.changesBy(change.release) + 1);
    this.conflicts += change.conflicts;
    this.changes += 1;
  }

  changesBy(release: ReleaseName): number {
    return this.#counts.get(release) ?? 0;
  }

  /** The orders, in the order in which they were placed. */
  get orders(): readonly OrderKey[] {
    return [...this.#orders.values()].map(([first]) => first as Change);
  }

  get names(): readonly string[] {
    return [...this.#orders.keys()];
  }

  /** The changes of one order, in the order in which they were stored: acknowledgements may overtake each other. */
  changesOf(name: string): readonly Change[] {
    return [...(this.#orders.get(name) ?? [])].sort((a, b) => a.sequence - b.sequence);
  }
}
