import { oneOf } from './chance.js';
import type { Change, NewOrder, OrderKey, ReleaseName } from './protocol.js';

/** What every release's class of orders has. */
export interface AnyOrder extends OrderKey {
  history: string[];
}

/** The order service of one release. */
export interface OrderService<T extends AnyOrder> {
  place(order: NewOrder): Promise<T>;
  update(key: OrderKey, change: (order: T) => void): Promise<T>;
  ofCustomer(customerId: string): AsyncIterable<T>;
  ofCustomerByDate(customerId: string): AsyncIterable<T>;
  deliveries?(day: string): Promise<{ readonly items: readonly T[]; readonly complete: boolean }>;
  /** What the users of this release change, by the field that it concerns. */
  readonly changes: Readonly<Record<string, (order: T) => void>>;
}

/** Places and changes orders, and tells the run of each change once the library has acknowledged it. */
export class Desk<T extends AnyOrder> {
  readonly #fields: readonly string[];

  constructor(
    readonly release: ReleaseName,
    private readonly service: OrderService<T>,
    private readonly changed: (change: Change) => void,
  ) {
    this.#fields = Object.keys(service.changes);
  }

  async place(order: NewOrder): Promise<void> {
    const line = `${this.release} placed it`;
    const placed = await this.service.place({ ...order, history: [line] });
    this.#tell(placed, line, { ...placed, history: undefined }, 0);
  }

  async change(key: OrderKey): Promise<void> {
    const field = oneOf(this.#fields);
    const alter = this.service.changes[field] as (order: T) => void;
    const line = `${this.release} ${field}`;
    let attempts = 0;
    const order = await this.service.update(key, (order) => {
      attempts += 1;
      alter(order);
      order.history.push(line);
    });
    this.#tell(order, line, { [field]: order[field as keyof T] }, attempts - 1);
  }

  #tell({ customerId, orderId, history }: T, line: string, values: Change['values'], conflicts: number): void {
    this.changed({ release: this.release, customerId, orderId, sequence: history.length, line, values, conflicts });
  }
}
