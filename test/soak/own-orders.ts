import { isDeepStrictEqual } from 'node:util';
import { DATES, DAYS, FIRST } from './archive.js';
import type { Chance } from './chance.js';
import type { Answer, Desk } from './desk.js';
import type { Journal } from './journal.js';
import type { Changes, Facts, Key } from './order-reader.js';
import type { PathName, TextName } from './shop/release.js';

/** How many orders a process keeps at a time. */
const KEPT = 8;

/**
 * Orders that only this process writes, one call after the other: so it knows at every moment what every read of them
 * must answer, while other processes sweep them, publish and promote.
 */
export class OwnOrders {
  readonly #known = new Map<string, Facts>();
  /** Deleted by this process: not there, through any key path, until it inserts them again. */
  readonly #gone = new Map<string, Facts>();
  #inserted = 0;

  constructor(
    private readonly desk: Desk,
    private readonly chance: Chance,
    private readonly journal: Journal,
    private readonly customerId: string,
    /** Which life of this process it is: what an earlier one left behind may still be changed by a request of it. */
    private readonly life: number,
  ) {}

  /** Takes over what earlier lives left. */
  async adopt(): Promise<void> {
    for (const order of (await this.desk.list('id', { customerId: this.customerId })).orders) await this.#settle(order);
  }

  async step(): Promise<void> {
    const dice = this.chance.below(100);
    if (this.#known.size === 0 || (dice < 15 && this.#known.size < KEPT)) return this.#insert();
    const order = this.chance.pick([...this.#known.values()]);
    if (dice < 30) return this.#update(order, {});
    if (dice < 45) return this.#update(order, this.#changes());
    if (dice < 60) return this.#save(order);
    if (dice < 70) return this.#delete(order);
    if (dice < 85) return this.findOne();
    return this.#listAll();
  }

  /** Every order, through every key path of this release: as it was last written. */
  async findAll(): Promise<void> {
    for (const order of this.#known.values())
      for (const path of this.desk.pathsOf(order)) await this.#find(order, path);
  }

  async findOne(): Promise<void> {
    const order = this.chance.pick([...this.#known.values()]);
    await this.#find(order, this.chance.pick(this.desk.pathsOf(order)));
    if (this.#gone.size > 0) await this.#miss(this.chance.pick([...this.#gone.values()]));
  }

  async #insert(): Promise<void> {
    const { customerId } = this;
    const again = this.#gone.size > 0 && this.chance.below(2) === 0;
    const orderId = again ? this.chance.pick([...this.#gone.keys()]) : `${this.life}-${++this.#inserted}`;
    this.#gone.delete(orderId);
    this.#judge(orderId, 'insert', await this.desk.insert({ customerId, orderId }, { ...FIRST, ...this.#changes() }));
    // What was stored is taken from an update: from then on no request that is still under way can change it.
    await this.#settle({ customerId, orderId });
  }

  async #update(order: Facts, changes: Changes): Promise<void> {
    const text = this.chance.pick(this.desk.texts);
    await this.#written(order, 'update', text, changes, await this.desk.update(keyOf(order), text, changes));
  }

  async #save(order: Facts): Promise<void> {
    const path = this.chance.pick(this.desk.pathsOf(order));
    const found = await this.#find(order, path);
    if (found === undefined) return;
    const [text, changes] = [this.chance.pick(this.desk.texts), this.#changes()];
    await this.#written(order, `save of what ${path} found`, text, changes, await this.desk.save(found, text, changes));
  }

  async #delete(order: Facts): Promise<void> {
    const found =
      this.chance.below(2) === 0 ? order : await this.#find(order, this.chance.pick(this.desk.pathsOf(order)));
    if (found === undefined) return;
    const answer = found === order ? await this.desk.deleteAt(order) : await this.desk.delete(found);
    this.#judge(order.orderId, 'delete', answer);
    if (answer.told !== 'done') return this.#settle(order);
    this.#known.delete(order.orderId);
    this.#gone.set(order.orderId, order);
    await this.#miss(order);
  }

  async #written(order: Facts, what: string, text: TextName, changes: Changes, answer: Answer): Promise<void> {
    const { told, after, mark } = answer;
    this.#judge(order.orderId, what, answer);
    if (told !== 'done') return this.#settle(order);
    const expected = { ...order, ...this.#seen(changes), [text]: `${order[text]}${mark}` };
    if (!isDeepStrictEqual(after, expected)) {
      this.journal.wrong(`[PUT-GET] ${what} of ${JSON.stringify(expected)} gave ${JSON.stringify(after)}`);
    }
    this.journal.seen(1);
    this.#known.set(order.orderId, after!);
  }

  /** Nobody else writes these orders, so only contention with a sweep, or the end of this version, may refuse a call. */
  #judge(orderId: string, what: string, { told, code }: Answer): void {
    if (told === 'failed' && !MAY_REFUSE.test(code!)) {
      this.journal.wrong(`[ONCE] ${what} of order ${orderId}, which nobody else writes, was refused: ${code}`);
    }
  }

  /** Finds out what there is by writing it: a request of before cannot change what was written since. */
  async #settle({ customerId, orderId }: Key): Promise<void> {
    this.#known.delete(orderId);
    for (let attempt = 0; attempt < 3; attempt++) {
      const text = this.chance.pick(this.desk.texts);
      const { told, code, after } = await this.desk.update({ customerId, orderId }, text, {});
      if (told === 'done') return void this.#known.set(orderId, after!);
      if (code === 'ITEM_NOT_FOUND') return;
    }
  }

  /** The entity, where the key path can tell. */
  async #find(order: Facts, path: PathName): Promise<object | undefined> {
    const found = await this.desk.find(path, order);
    if (found === 'incomplete') return undefined;
    this.journal.seen(1);
    if (found === undefined) this.journal.wrong(`[COMPLETE] ${path} does not find ${JSON.stringify(order)}`);
    else if (!isDeepStrictEqual(this.desk.facts(found), order)) {
      this.journal.wrong(
        `[LAYOUT] ${path} finds ${JSON.stringify(this.desk.facts(found))}, not ${JSON.stringify(order)}`,
      );
    }
    return found;
  }

  async #miss(order: Facts): Promise<void> {
    const path = this.chance.pick(this.desk.pathsOf(order));
    const found = await this.desk.find(path, order);
    this.journal.seen(1);
    if (found === 'incomplete' || found === undefined) return;
    this.journal.wrong(`[NO-RESURRECT] ${path} finds the deleted ${JSON.stringify(this.desk.facts(found))}`);
  }

  async #listAll(): Promise<void> {
    const { customerId } = this;
    const path = this.chance.pick((['id', 'date', 'day'] as const).filter((path) => this.desk.has(path)));
    const day = this.chance.pick(DAYS);
    const { orders, complete } = await this.desk.list(path, { customerId, day });
    const expected = [...this.#known.values()].filter((order) => path !== 'day' || order.day === day);
    for (const order of orders) {
      const known = expected.find(({ orderId }) => orderId === order.orderId);
      if (known !== undefined && !isDeepStrictEqual(order, known)) {
        this.journal.wrong(`[LAYOUT] ${path} lists ${JSON.stringify(order)}, not ${JSON.stringify(known)}`);
      }
      if (known === undefined && (this.#gone.has(order.orderId) || this.#known.has(order.orderId))) {
        this.journal.wrong(`[NO-RESURRECT] ${path} lists ${JSON.stringify(order)}`);
      }
    }
    for (const order of complete ? expected : []) {
      if (!orders.some(({ orderId }) => orderId === order.orderId)) {
        this.journal.wrong(`[COMPLETE] ${path} does not list ${JSON.stringify(order)}`);
      }
    }
    this.journal.seen(1);
  }

  #changes(): Changes {
    const code = { code: this.chance.below(3) === 0 ? '' : this.desk.newMark() };
    return this.chance.pick([{ date: this.chance.pick(DATES) }, { day: this.chance.pick(DAYS) }, code]);
  }

  /** Those of the changes that this release can see, as it sees them. */
  #seen(changes: Changes): Changes {
    const seen = Object.entries(changes).filter(
      ([field]) => this.desk.release.names[field as keyof Changes] !== undefined,
    );
    return Object.fromEntries(seen.map(([field, value]) => [field, value === '' ? undefined : value]));
  }
}

/** `CONTENTION` says that it was not written; a version that is retired writes nothing any more. */
const MAY_REFUSE = /^(CONTENTION|VERSION_RETIRED)$/;

const keyOf = ({ customerId, orderId }: Facts) => ({ customerId, orderId });
