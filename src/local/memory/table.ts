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

/** In how many shelves the partitions stand, by their slots: a new one has to move only those of its own shelf. */
const SHELVES = 2 ** 12;
const SLOTS_OF_SHELF = 2 ** 32 / SHELVES;

/** The rows of one table, and which of them a transaction holds. */
export class MemoryTable {
  /** The transaction's hold on a row, by `lockName`. */
  readonly locks: Map<string, unknown>;
  /** The attribute that tells when a row expires, where the table has that switched on. */
  expiryAttribute: string | undefined;
  readonly #partitions: Map<string, Partition>;
  /** In the order of a scan, as are those of each. */
  readonly #shelves: Partition[][];

  /** @param from another table, whose rows and locks this one begins with */
  constructor(
    readonly name: string,
    readonly keys: KeySchema,
    readonly description: object,
    from?: MemoryTable,
  ) {
    this.#shelves = Array.from({ length: SHELVES }, (_, number) =>
      (from === undefined ? [] : from.#shelves[number]!).map((partition) => ({
        ...partition,
        rows: [...partition.rows],
      })),
    );
    this.#partitions = new Map(this.#shelves.flat().map((partition) => [partition.hash, partition]));
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

  /** The partitions of a scan in their order, from a place on. */
  *partitionsFrom(standing: Standing = { hash: '', slot: 0 }): Iterable<Partition> {
    const first = shelfOf(standing);
    yield* this.#shelves[first]!.slice(firstNotBefore(this.#shelves[first]!, standing));
    for (let shelf = first + 1; shelf < SHELVES; shelf++) yield* this.#shelves[shelf]!;
  }

  #open(hash: string): Partition {
    const partition = { hash, slot: slotOf(hash), rows: [] };
    this.#partitions.set(hash, partition);
    const shelf = this.#shelves[shelfOf(partition)]!;
    shelf.splice(firstNotBefore(shelf, partition), 0, partition);
    return partition;
  }

  #close(partition: Partition): void {
    this.#partitions.delete(partition.hash);
    const shelf = this.#shelves[shelfOf(partition)]!;
    shelf.splice(firstNotBefore(shelf, partition), 1);
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

/** Where a partition stands in a scan. */
export type Standing = Pick<Partition, 'hash' | 'slot'>;

const shelfOf = ({ slot }: Pick<Standing, 'slot'>): number => Math.floor(slot / SLOTS_OF_SHELF);

/** The index of the first partition that a scan does not come to before this one. */
function firstNotBefore(partitions: readonly Partition[], { hash, slot }: Standing): number {
  return firstWhere(partitions, (other) => other.slot > slot || (other.slot === slot && other.hash >= hash));
}

/** FNV-1a, with a last stir: keys that differ at their end only must not land side by side. */
export function slotOf(hash: string): number {
  let slot = 0x811c9dc5;
  for (let i = 0; i < hash.length; i++) slot = Math.imul(slot ^ hash.charCodeAt(i), 0x01000193);
  slot = Math.imul(slot ^ (slot >>> 16), 0x85ebca6b);
  return (slot ^ (slot >>> 13)) >>> 0;
}
