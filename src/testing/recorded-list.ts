import type { ItemList, ItemPage } from '../store/item-list.js';
import { type CallLog, codeOf, type FleetCall } from './call-log.js';

/** A list whose readings are written down: nothing is sent before. */
export class RecordedList<T> implements ItemList<T> {
  constructor(
    private readonly list: ItemList<T>,
    private readonly call: Omit<FleetCall, 'caller' | 'outcome'>,
    private readonly log: CallLog,
  ) {}

  page(): Promise<ItemPage<T>> {
    const said = ({ items, complete }: ItemPage<T>): string =>
      `${count(items.length)}${complete ? '' : ', incomplete'}`;
    return this.log.record(this.call, () => this.list.page(), said);
  }

  first(): Promise<T | undefined> {
    return this.log.record(
      this.call,
      () => this.list.first(),
      (item) => (item === undefined ? 'nothing' : 'found'),
    );
  }

  toArray(): Promise<T[]> {
    return this.log.record(
      this.call,
      () => this.list.toArray(),
      (items) => count(items.length),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const ends = this.log.begin(this.call);
    let read = 0;
    let outcome = ', left early';
    try {
      for await (const item of this.list) {
        read++;
        yield item;
      }
      outcome = '';
    } catch (error) {
      outcome = `, then ${codeOf(error)}`;
      throw error;
    } finally {
      ends(count(read) + outcome);
    }
  }
}

const count = (items: number): string => `${items} item${items === 1 ? '' : 's'}`;
