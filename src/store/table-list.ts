import { pathIdOf, PRIMARY } from '../keypaths/model.js';
import { isKeyOnPath } from '../protocol/demand.js';
import { ForeignRowError, printKey } from '../protocol/errors.js';
import { own, rowIdOf, typeOf } from '../protocol/row.js';
import { DamagedKeyValueError } from '../keypaths/errors.js';
import { keyProblem } from '../keypaths/limits.js';
import { pathsEver } from '../registry/demanded.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import type { StoreContext } from './context.js';
import { readCursor, writeCursor } from './cursor.js';
import { InvalidCursorError, KeyPathIncompleteError } from './errors.js';
import type { ItemList, ItemPage } from './item-list.js';
import type { CheckedListOptions } from './list-options.js';
import type { ListedType } from './listed-type.js';
import { isPromoted, mayLackItems } from './path-state.js';
import { queryOver, type QueryRange } from './query-range.js';

/** What a page holds where the caller sets no limit, and what the first request of an iteration asks for. */
const PAGE = 100;
/** Where more than this many rows are wanted, DynamoDB's own limit of a megabyte for each answer is enough. */
const LARGEST_REQUEST = 1000;

interface ListedRow {
  readonly row: AttributeMap;
  readonly key: RowKey;
  readonly listed: ListedType;
}

/** Lists the items of one or several types of a group through one query over all their rows. */
export class TableList<T> implements ItemList<T> {
  private readonly range: QueryRange;
  private readonly start: RowKey | undefined;
  private readonly byType: ReadonlyMap<string, ListedType>;

  /** @throws KeyParameterError where the types do not share the group; InvalidCursorError */
  constructor(
    private readonly context: StoreContext,
    private readonly types: readonly [ListedType, ...ListedType[]],
    private readonly options: CheckedListOptions,
  ) {
    this.range = queryOver(types);
    this.byType = new Map(types.map((listed) => [listed.type, listed]));
    this.start = options.cursor === undefined ? undefined : this.keyIn(options.cursor);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const { limit = Infinity, allowIncomplete } = this.options;
    await this.beginning();
    const unpromoted = allowIncomplete ? undefined : await this.unpromoted();
    const { epoch } = this.context.registry.knowledge;
    let left = limit;
    for await (const rows of this.requests(Math.min(limit, PAGE))) {
      for (const row of rows.slice(0, left)) yield this.entityOf(row);
      left -= rows.length;
      if (left <= 0) break;
    }
    const incomplete = allowIncomplete ? undefined : (unpromoted ?? this.notPromoted(epoch));
    if (incomplete !== undefined) {
      throw new KeyPathIncompleteError(incomplete.reader.view.model.name, incomplete.path.template, 'list');
    }
  }

  async page(): Promise<ItemPage<T>> {
    const limit = this.options.limit ?? PAGE;
    await this.beginning();
    const unpromoted = await this.unpromoted();
    const { epoch } = this.context.registry.knowledge;
    // One row more than the page holds tells whether there is a next one.
    const rows = await this.rows(limit + 1);
    const items = rows.slice(0, limit).map((row) => this.entityOf(row));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const complete = (unpromoted ?? this.notPromoted(epoch)) === undefined && !this.mayLackItems();
    return { items, complete, ...(last === undefined ? {} : { cursor: writeCursor(this.identity, last.key.sk) }) };
  }

  async first(): Promise<T | undefined> {
    const [item] = await new TableList<T>(this.context, this.types, { ...this.options, limit: 1 }).toArray();
    return item;
  }

  async toArray(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  /**
   * A version that was withdrawn and published again since this process last looked may have its key paths promoted anew:
   * that is learned before the rows are read, of which it would say nothing afterwards.
   */
  private async beginning(): Promise<void> {
    this.context.assertOpen();
    await this.context.beforeRead();
    await this.freshen();
  }

  /** What is known is the process's: one secondary path asks for all of them. The first type's may be its primary one. */
  private freshen(): Promise<void> | undefined {
    const asking = this.types.find(({ path }) => path.id !== PRIMARY);
    return asking?.reader.freshen(asking.path);
  }

  private async rows(wanted: number): Promise<readonly ListedRow[]> {
    const found: ListedRow[] = [];
    for await (const rows of this.requests(wanted)) {
      found.push(...rows);
      if (found.length >= wanted) break;
    }
    return found;
  }

  /** The list's rows in key order, request by request. `wanted` sizes the first; where it finds too few, they grow. */
  private async *requests(wanted: number): AsyncGenerator<readonly ListedRow[], void, undefined> {
    let after = this.start;
    for (let size = wanted; ; size *= 4) {
      this.context.assertOpen();
      const { rows, last } = await this.context.gateway.query({
        ...this.range,
        descending: this.options.descending,
        consistent: this.options.consistent,
        ...(size > LARGEST_REQUEST ? {} : { limit: size }),
        ...(after === undefined ? {} : { after }),
      });
      const [listed] = await Promise.all([this.listedRows(rows), this.freshen()]);
      this.context.assertMayRead();
      yield listed;
      if (last === undefined) return;
      after = last;
    }
  }

  private async listedRows(rows: readonly AttributeMap[]): Promise<readonly ListedRow[]> {
    const found: ListedRow[] = [];
    for (const row of rows) {
      const key = this.context.gateway.keyOf(row);
      if (!this.types.some(({ range }) => range.selects(key.sk))) continue;
      const listed = this.listedAs(row, key);
      const known = listed === undefined ? this.passOver(row, key) : listed.reader.catchUp(row, key);
      if (known !== undefined) await known;
      if (listed === undefined || listed.reader.isExpired(row, key)) continue;
      if (!listed.reader.isForOthers(row, key, listed.path)) found.push({ row, key, listed });
    }
    return found;
  }

  /** Which of the list's types a row is an item of; undefined for rows of other types and other key paths. */
  private listedAs(row: AttributeMap, key: RowKey): ListedType | undefined {
    const type = typeOf(row);
    if (type === undefined) throw new ForeignRowError(key);
    const listed = this.byType.get(type);
    if (listed === undefined || !listed.range.selects(key.sk)) return undefined;
    return pathIdOf(rowIdOf(row, key)) === listed.path.id ? listed : undefined;
  }

  /**
   * Rows of other types and key paths may lie between the list's own. A row that is none of those either is one of the
   * list's that somebody damaged, and must not be missed in silence. Undefined where nothing has to be waited for.
   *
   * @throws DamagedRowError
   */
  private passOver(row: AttributeMap, key: RowKey): Promise<void> | undefined {
    if (this.isElsewhere(row, key)) return undefined;
    return this.passOverNewer(row, key);
  }

  private async passOverNewer(row: AttributeMap, key: RowKey): Promise<void> {
    await this.types[0].reader.catchUp(row, key);
    if (this.isElsewhere(row, key)) return;
    const what = own.owner in row ? `${own.type} or ${own.path}` : own.type;
    const reason = 'is not of the key path that its key is on';
    throw new DamagedRowError({ type: String(typeOf(row)), path: what, reason, key: printKey(key) });
  }

  private isElsewhere(row: AttributeMap, key: RowKey): boolean {
    const id = rowIdOf(row, key);
    try {
      return pathsEver(this.context.registry.knowledge, typeOf(row)!, id).some((path) => isKeyOnPath(path, row, key));
    } catch (error) {
      if (error instanceof DamagedKeyValueError) return false;
      throw error;
    }
  }

  private entityOf({ row, key, listed }: ListedRow): T {
    return listed.reader.entityOf(row, key, listed.path) as T;
  }

  /** A type whose path is not promoted, even after a refresh of the registry: its rows may be missing. */
  private async unpromoted(): Promise<ListedType | undefined> {
    if (this.notPromoted() === undefined) return undefined;
    await this.context.registry.refresh();
    return this.notPromoted();
  }

  /** By what is known. Asked after the last read too: the version may have been withdrawn and published again since. */
  private notPromoted(by?: number): ListedType | undefined {
    return this.types.find(({ type, path }) => !isPromoted(this.context.registry.knowledge, type, path, by));
  }

  private mayLackItems(): boolean {
    const { registry, schema } = this.context;
    return this.types.some((listed) => mayLackItems(registry.knowledge, listed.type, listed, schema.version));
  }

  /** What makes this list the same list: storage words only, so that cursors outlive schema versions. */
  private get identity(): string {
    const { pk, prefix, between } = this.range;
    const paths = this.types.map(({ type, path }) => [type, path.id]).sort();
    return JSON.stringify([pk, prefix, between, this.options.descending, paths]);
  }

  private keyIn(cursor: string): RowKey {
    const key = { pk: this.range.pk, sk: readCursor(this.identity, cursor) };
    const inside = this.types.some(({ range }) => range.selects(key.sk));
    if (!inside || keyProblem(key) !== undefined) throw new InvalidCursorError('names a place outside of this list');
    return key;
  }
}
