import { isDeepStrictEqual } from 'node:util';
import { ARCHIVED, archived, DATES, DAYS, FIRST } from './archive.js';
import type { Chance } from './chance.js';
import type { Desk } from './desk.js';
import type { Journal } from './journal.js';
import type { Changes, Key } from './order-reader.js';

const SHARED = 6;
/** The first of them never move on a key path: a list that is complete has them. */
const RESTING = 2;
const CONTESTED = 4;
const CODES = ['A', 'B', 'C', 'D'];
/** After this long other orders are shared, so that texts stay short however long the run is. */
const GENERATION_MS = 20_000;

/** Orders that all processes write: shared ones, which nobody deletes, and contested ones, for which everything is tried. */
export class SharedOrders {
  constructor(
    private readonly desk: Desk,
    private readonly chance: Chance,
    private readonly journal: Journal,
  ) {}

  async step(): Promise<void> {
    const dice = this.chance.below(100);
    if (dice < 35) return this.#change(this.#shared());
    if (dice < 50) return this.#save(this.#shared());
    if (dice < 60) return this.#change(this.#contested());
    if (dice < 65) return this.#save(this.#contested());
    if (dice < 75) return this.#delete(this.#contested());
    if (dice < 88) return this.#findArchived();
    return this.#findResting();
  }

  #shared(): Key {
    const generation = Math.floor(Date.now() / GENERATION_MS);
    return { customerId: 'shared', orderId: `${generation}.${this.chance.below(SHARED)}` };
  }

  #contested(): Key {
    return { customerId: 'contested', orderId: String(this.chance.below(CONTESTED)) };
  }

  /** An update; where there is no order, an insert. Another process may be faster at either. */
  async #change(key: Key): Promise<void> {
    const { code } = await this.desk.update(key, this.chance.pick(this.desk.texts), this.#changes(key));
    if (code === 'ITEM_NOT_FOUND') await this.desk.insert(key, { ...FIRST, ...this.#changes(key) });
  }

  async #save(key: Key): Promise<void> {
    const found = await this.#load(key);
    if (found !== undefined) await this.desk.save(found, this.chance.pick(this.desk.texts), this.#changes(key));
  }

  async #delete(key: Key): Promise<void> {
    const found = await this.#load(key);
    if (found !== undefined) await this.desk.delete(found);
  }

  /** Through any key path that has it at the moment: its fields may have moved on between two reads. */
  async #load(key: Key): Promise<object | undefined> {
    const first = await this.desk.find('id', key);
    if (first === undefined || first === 'incomplete') return undefined;
    const facts = this.desk.facts(first);
    const found = await this.desk.find(this.chance.pick(this.desk.pathsOf(facts)), facts);
    if (found === undefined || found === 'incomplete') return undefined;
    const { customerId, orderId } = this.desk.facts(found);
    return isDeepStrictEqual({ customerId, orderId }, key) ? found : undefined;
  }

  async #findArchived(): Promise<void> {
    const order = this.desk.blank(archived(this.chance.below(ARCHIVED)));
    const path = this.chance.pick(this.desk.pathsOf(order));
    const found = await this.desk.find(path, order);
    if (found === 'incomplete') return;
    this.journal.seen(1);
    if (found === undefined) this.journal.wrong(`[COMPLETE] ${path} does not find ${JSON.stringify(order)}`);
    else if (!isDeepStrictEqual(this.desk.facts(found), order)) {
      this.journal.wrong(
        `[NO-LOSS] ${path} finds ${JSON.stringify(this.desk.facts(found))}, not ${JSON.stringify(order)}`,
      );
    }
  }

  /** Shared orders that everybody changes and nobody moves. */
  async #findResting(): Promise<void> {
    const { orderId } = this.#shared();
    const key = { customerId: 'shared', orderId: orderId.replace(/\d+$/, String(this.chance.below(RESTING))) };
    const found = await this.desk.find('id', key);
    if (found === undefined || found === 'incomplete') return;
    const facts = this.desk.facts(found);
    const path = this.chance.pick((['date', 'day'] as const).filter((path) => this.desk.has(path)));
    const { orders, complete } = await this.desk.list(path, facts);
    this.journal.seen(1);
    if (complete && !orders.some((order) => order.orderId === key.orderId)) {
      this.journal.wrong(`[COMPLETE] ${path} does not list ${JSON.stringify(facts)}`);
    }
  }

  #changes({ customerId, orderId }: Key): Changes {
    if (customerId === 'shared' && Number(orderId.split('.')[1]) < RESTING) return {};
    const code = customerId === 'contested' ? [{ code: this.chance.pick([...CODES, '']) }] : [];
    return this.chance.pick<Changes>([{}, { date: this.chance.pick(DATES) }, { day: this.chance.pick(DAYS) }, ...code]);
  }
}
