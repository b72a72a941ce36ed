/**
 * A list that reads as it is asked: iterate it, or take it page by page. Each iteration starts anew.
 *
 * @example
 * for await (const order of list) console.log(order.orderId);
 * const { items, cursor, complete } = await list.page();
 */
export interface ItemList<T> extends AsyncIterable<T> {
  /** The items up to `limit` (100 where none is given), and where to go on. */
  page(): Promise<ItemPage<T>>;
  /** The first item. */
  first(): Promise<T | undefined>;
  /** All items up to `limit`, read as an iteration does. */
  toArray(): Promise<T[]>;
}

export interface ItemPage<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` to the same list to read on, in any process and at any schema version. Absent at the end. */
  readonly cursor?: string;
  /**
   * False while a key path that the list reads is still being filled with old items; and where items of newer versions may
   * meet at one key that only older versions read, so that only the first has its row there.
   */
  readonly complete: boolean;
}
