import type { KeySchema, Place } from './key-schema.js';
import type { AttributeMap } from './values.js';

/** A row as it is stored. It is replaced and never changed, so it may be shared between snapshots. */
export interface StoredRow extends SizedRow {
  readonly place: Place;
}

/** A row with the bytes that DynamoDB counts for it. */
export interface SizedRow {
  readonly row: AttributeMap;
  readonly size: number;
}

/** The rows of one partition key, in the order of their range keys. */
export interface Partition {
  readonly hash: string;
  /** Where the partition stands in a scan. Between 0 and 2^32. */
  readonly slot: number;
  readonly rows: StoredRow[];
}

/** The rows of one table, and which of them a transaction holds. */
export class MemoryTable {
  /** The transaction's hold on a row, by `lockName`. */
  readonly locks: Map<string, unknown>;
  /** The attribute that tells when a row expires, where the table has that switched on. */
  expiryAttribute: string | undefined;
  readonly #partitions: Map<string, Partition>;
  /** In the order of a scan. */
  readonly #order: Partition[];

  /** @param from another table, whose rows and locks this one begins with */
  constructor(
    readonly name: string,
    readonly keys: KeySchema,
    readonly description: object,
    from?: MemoryTable,
  ) {
    this.#order = (from === undefined ? [] : from.#order).map((partition) => ({
      ...partition,
      rows: [...partition.rows],
    }));
    this.#partitions = new Map(this.#order.map((partition) => [partition.hash, partition]));
    this.locks = new Map(from?.locks);
    this.expiryAttribute = from?.expiryAttribute;
  }

  copy(): MemoryTable {
    return new MemoryTable(this.name, this.keys, this.description, this);
  }

  get(place: Place): StoredRow | undefined {
    const rows = this.#partitions.get(place.hash)?.rows;
    const found = rows?.[firstFrom(rows, place.range)];
    return found?.place.range === place.range ? found : undefined;
  }

  /** Puts a row in its place, or takes away what is there. */
  set(place: Place, next: SizedRow | undefined): void {
    const known = this.#partitions.get(place.hash);
    if (known === undefined && next === undefined) return;
    const partition = known ?? this.#open(place.hash);
    const at = firstFrom(partition.rows, place.range);
    const there = partition.rows[at]?.place.range === place.range ? 1 : 0;
    if (next === undefined) partition.rows.splice(at, there);
    else if (there === 1) partition.rows[at] = { ...next, place };
    else partition.rows.splice(at, 0, { ...next, place });
    if (partition.rows.length === 0) this.#close(partition);
  }

  partition(hash: string): Partition | undefined {
    return this.#partitions.get(hash);
  }

  /** The partitions of a scan in their order. */
  get partitions(): readonly Partition[] {
    return this.#order;
  }

  #open(hash: string): Partition {
    const partition = { hash, slot: slotOf(hash), rows: [] };
    this.#partitions.set(hash, partition);
    this.#order.splice(firstNotBefore(this.#order, partition), 0, partition);
    return partition;
  }

  #close(partition: Partition): void {
    this.#partitions.delete(partition.hash);
    this.#order.splice(firstNotBefore(this.#order, partition), 1);
  }
}

export const lockName = ({ hash, range }: Place): string => `${hash.length}:${hash}${range}`;

/** The index of the first row whose range key is not below this one. */
export function firstFrom(rows: readonly StoredRow[], range: string): number {
  return firstWhere(rows, (row) => row.place.range >= range);
}

/** The index of the first element that passes the test, where all after it pass too; the length where none does. */
export function firstWhere<T>(elements: readonly T[], passes: (element: T) => boolean): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(elements[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

type Standing = Pick<Partition, 'hash' | 'slot'>;

/** The index of the first partition that a scan does not come to before this one. */
export function firstNotBefore(partitions: readonly Partition[], { hash, slot }: Standing): number {
  return firstWhere(partitions, (other) => other.slot > slot || (other.slot === slot && other.hash >= hash));
}

/** FNV-1a, with a last stir: keys that differ at their end only must not land side by side. */
export function slotOf(hash: string): number {
  let slot = 0x811c9dc5;
  for (let i = 0; i < hash.length; i++) slot = Math.imul(slot ^ hash.charCodeAt(i), 0x01000193);
  slot = Math.imul(slot ^ (slot >>> 16), 0x85ebca6b);
  return (slot ^ (slot >>> 13)) >>> 0;
}
