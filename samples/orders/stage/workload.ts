import { setTimeout as sleep } from 'node:timers/promises';
import { oneOf } from './chance.js';
import type { AnyOrder, Desk } from './desk.js';
import type { OrderKey } from './protocol.js';

const LANES = 2;
const PAUSE_MS = 60;
/** Half of all changes go to the first few orders, so that the releases get into each other's way. */
const BUSY_ORDERS = 2;
const CHANGES_TO_A_NEW_ORDER = 12;

/** The users of one release, who change orders and now and then place one. */
export class Workload<T extends AnyOrder> {
  #orders: readonly OrderKey[] = [];
  #lanes: readonly Promise<void>[] = [];
  #working = false;
  #done = 0;

  constructor(
    private readonly desk: Desk<T>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(orders: readonly OrderKey[]): void {
    this.#orders = orders;
    if (this.#working) return;
    this.#working = true;
    this.#lanes = Array.from({ length: LANES }, () => this.#lane().catch(this.failed));
  }

  /** Resolves once no change is under way any more. */
  async stop(): Promise<void> {
    this.#working = false;
    await Promise.all(this.#lanes);
  }

  async #lane(): Promise<void> {
    while (this.#working) {
      const { customerId, orderId } = oneOf(Math.random() < 0.5 ? this.#orders.slice(0, BUSY_ORDERS) : this.#orders);
      this.#done += 1;
      if (this.#done % CHANGES_TO_A_NEW_ORDER === 0) await this.#placeOne(customerId);
      else await this.desk.change({ customerId, orderId });
      await sleep(PAUSE_MS);
    }
  }

  #placeOne(customerId: string): Promise<void> {
    return this.desk.place({
      customerId,
      orderId: `${this.desk.release}-${this.#done}`,
      date: '2026-11-22',
      priority: 'high',
      items: [{ productId: 1, productName: 'Chai', unitPrice: '18.00', quantity: 1, discount: 0 }],
      history: [],
    });
  }
}
