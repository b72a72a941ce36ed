import type { Store } from '../../src/store/store.js';
import type { Intent, Journal, Told } from './journal.js';
import {
  type Changes,
  codeOf,
  type Entity,
  type Facts,
  idOf,
  type Key,
  OrderReader,
  UNKNOWN_DAY,
} from './order-reader.js';
import type { Release, TextName } from './shop/release.js';

/** What may be told to those who share their orders with others. */
const EXPECTED =
  /^(OPTIMISTIC_LOCK|ITEM_EXISTS|ITEM_NOT_FOUND|KEY_PATH_CONFLICT|CONTENTION|OUTCOME_UNKNOWN|VERSION_RETIRED)$/;

/** What became of a call. */
export interface Answer {
  readonly told: Told['told'];
  readonly code?: string;
  /** The mark that it appended. */
  readonly mark?: string;
  /** The order as the library handed it back. */
  readonly after?: Facts;
}

/** Makes one release's calls, and writes down what it is about to do and what it was told. */
export class Desk extends OrderReader {
  #marks = 0;

  constructor(
    store: Store,
    release: Release,
    private readonly name: string,
    private readonly journal: Journal,
  ) {
    super(store, release, (begun, path) => journal.incomplete(begun, path));
  }

  /** Unique in the run. */
  newMark(): string {
    return `<${this.name}.${++this.#marks}>`;
  }

  async insert(key: Key, given: Changes): Promise<Answer> {
    const born = this.newMark();
    const entity = this.orders.create(this.#plain({ ...key, born }, given));
    return this.#call({ what: 'insert', id: idOf(key), born }, async () => {
      await this.orders.insert(entity);
      return this.facts(entity);
    });
  }

  /** Appends a mark to a text, and changes what else is given. */
  async update(key: Key, text: TextName, changes: Changes): Promise<Answer> {
    const mark = this.newMark();
    return this.#call({ what: 'update', id: idOf(key), mark, text }, async () => {
      const order = await this.orders.update({ ...key }, (order) => this.#change(order, text, mark, changes));
      return this.facts(order);
    });
  }

  /** The same by a save of an entity that was found. */
  async save(entity: object, text: TextName, changes: Changes): Promise<Answer> {
    const mark = this.newMark();
    const order = entity as Entity;
    const { born, ...key } = this.facts(order);
    this.#change(order, text, mark, changes);
    return this.#call({ what: 'save', id: idOf(key), born, mark, text }, async () => {
      await this.orders.save(order);
      return this.facts(order);
    });
  }

  async delete(entity: object): Promise<Answer> {
    const order = this.facts(entity);
    return this.#call({ what: 'delete', id: idOf(order), born: order.born }, async () =>
      (await this.orders.delete(entity)) ? order : undefined,
    );
  }

  /** Of orders that only this process writes: nobody else can have put another incarnation there. */
  async deleteAt(order: Facts): Promise<Answer> {
    const { customerId, orderId, born } = order;
    return this.#call({ what: 'delete', id: idOf(order), born }, async () =>
      (await this.orders.delete({ customerId, orderId })) ? order : undefined,
    );
  }

  /** What this release sees of an order whose texts are empty. */
  blank(facts: Facts): Facts {
    return this.facts(this.#plain(facts, { day: UNKNOWN_DAY, ...facts }));
  }

  #plain({ customerId, orderId, born }: Pick<Facts, 'customerId' | 'orderId' | 'born'>, given: Changes): Entity {
    const plain: Entity = { customerId, orderId, born };
    for (const text of this.texts) plain[this.release.names[text]!] = '';
    this.#assign(plain, given);
    return plain;
  }

  #change(order: Entity, text: TextName, mark: string, changes: Changes): void {
    const name = this.release.names[text]!;
    order[name] = `${String(order[name])}${mark}`;
    this.#assign(order, changes);
  }

  #assign(order: Entity, changes: Changes): void {
    for (const [field, value] of Object.entries(changes)) {
      const name = this.release.names[field as keyof Changes];
      if (name === undefined) continue;
      if (field === 'date') order[name] = new Date(value);
      else if (value === '') delete order[name];
      else order[name] = value;
    }
  }

  /** `work` resolves to the order that it changed, or to nothing where there was none. */
  async #call(intent: Omit<Intent, 'kind' | 'call' | 'at'>, work: () => Promise<Facts | undefined>): Promise<Answer> {
    const call = this.journal.intend(intent);
    try {
      const after = await work();
      const told =
        after === undefined
          ? ({ told: 'failed', code: 'GONE' } as const)
          : ({ told: 'done', born: after.born } as const);
      this.journal.tell(call, told);
      return { ...intent, ...told, ...(after === undefined ? {} : { after }) };
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || !EXPECTED.test(code)) throw error;
      const told = code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'failed';
      this.journal.tell(call, { told, code });
      return { ...intent, told, code };
    }
  }
}
