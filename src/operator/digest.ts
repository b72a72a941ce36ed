import { createHash } from 'node:crypto';
import { type RowOnPath, rowsOn } from '../protocol/demand.js';
import { isExpired, mayBeDeleted } from '../protocol/expiry.js';
import { type Owner, type PrimaryRow, sameKey, type SecondaryRow } from '../protocol/row.js';
import type { DemandedPath } from '../registry/knowledge.js';
import type { Gateway } from '../table/gateway.js';
import { attributeText } from '../values/attribute-text.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { keyHash } from '../values/key-hash.js';
import { copiedPart } from './look.js';
import type { TypePaths } from './paths.js';

/** The rows of a bucket add up to 64 bits, however many they are: two lanes of 32. */
const LANES = 2;

/** A bucket's number fits into two bytes. */
const MOST_BUCKETS = 2 ** 15;

/** What the digests of all segments together may take for one key path: every process of a verify reads them. */
const MOST_BYTES = 64 * 2 ** 20;

/** What a bucket takes where it is kept: its number and its lanes. Those in which nothing is take nothing. */
const BYTES = 2 + 4 * LANES;

/** In how many buckets rows are spread: a power of two. */
export function bucketsFor(segments: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(MOST_BUCKETS, MOST_BYTES / (BYTES * segments))));
}

/** How many bytes the digests of a segment of so many rows take at most, for one key path. */
export const digestBytes = (rows: number, segments: number): number => BYTES * Math.min(rows, bucketsFor(segments));

/** In the place of `type/path`, for rows of which neither is known. */
const UNREAD = '/unread';

/** By `type/path`, as `Digests.kept` gives it. */
export type KeptDigests = Readonly<Record<string, Uint8Array>>;

/** What the rows of a table are digested by. */
export interface DigestContext extends Pick<Gateway, 'keys'> {
  /** In milliseconds, by the server's clock. */
  readonly serverTime: number;
}

/**
 * Digests of the rows of key paths, in buckets by their keys: a row as its item wants it is added, a row as it is in the
 * table is taken away. Where the two are the same nothing is left, in whatever order and in whichever segments they are
 * met. What is left in a bucket is a row that is missing, or is not as it should be; or one that changed between the two.
 * That something wrong leaves nothing has one chance in 2⁶⁴.
 */
export class Digests {
  readonly #lanes = new Map<string, Uint32Array>();

  constructor(private readonly buckets: number) {}

  /** Adds every row that an item should have on these key paths. */
  addItem({ keys, serverTime }: DigestContext, { paths }: TypePaths, item: PrimaryRow): void {
    const expired = isExpired(item, serverTime);
    let content: Buffer | undefined;
    for (const row of paths.flatMap((path) => rowsOn(path, item.raw))) {
      const { path, key } = row;
      const listed = item.manifest.get(path.id);
      if (expired && listed !== 'open') continue;
      if (key === undefined && listed === undefined) continue;
      const id = idOf(item.type, path);
      if (key === undefined || listed === undefined || listed === 'open' || !sameKey(listed, key)) {
        const place = placeOf(item, row);
        this.#add(id, place, digestOf(place, item, WRONG), 1);
      } else if (!mayBeDeleted(item, serverTime)) {
        content ??= contentOf(item.raw, keys);
        this.#add(id, key, digestOf(key, item, content), 1);
      }
    }
  }

  /** Leaves an item in doubt on these key paths, whatever its rows are like. */
  doubtItem({ paths }: TypePaths, item: PrimaryRow): void {
    for (const row of paths.flatMap((path) => rowsOn(path, item.raw))) {
      const place = placeOf(item, row);
      this.#add(idOf(item.type, row.path), place, digestOf(place, item, WRONG), 1);
    }
  }

  /** Leaves a row in doubt that could not be digested: by the time it is looked at, it may be sound, and an item that lacks rows. */
  doubtKey(key: RowKey): void {
    this.#add(UNREAD, key, digestOf(key, { type: '', key }, WRONG), 1);
  }

  /** Takes away a row as it is. One that DynamoDB may delete says nothing. */
  addRow({ keys, serverTime }: DigestContext, raw: AttributeMap, key: RowKey, row: SecondaryRow): void {
    if (mayBeDeleted(row, serverTime)) return;
    this.#add(`${row.type}/${row.path}`, key, digestOf(key, row.owner, contentOf(raw, keys)), -1);
  }

  /** Leaves a row in doubt, whatever its item is like. */
  doubtRow(key: RowKey, { type, path, owner }: SecondaryRow): void {
    this.#add(`${type}/${path}`, key, digestOf(key, owner, WRONG), -1);
  }

  /** Whether a row of an item on a key path may be wrong. */
  isItemSuspect(item: PrimaryRow, path: DemandedPath): boolean {
    if (this.#isLeft(UNREAD, item.key)) return true;
    return rowsOn(path, item.raw).some((row) => this.#isLeft(idOf(item.type, row.path), placeOf(item, row)));
  }

  isRowSuspect({ type, path }: SecondaryRow, key: RowKey): boolean {
    return this.#isLeft(`${type}/${path}`, key);
  }

  /** True where no row is suspect. */
  get clean(): boolean {
    return [...this.#lanes.values()].every((lanes) => lanes.every((lane) => lane === 0));
  }

  /** Adds what was kept. */
  merge(kept: KeptDigests): void {
    for (const [id, bytes] of Object.entries(kept)) {
      const lanes = this.#of(id);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.byteLength; at += BYTES) {
        const first = view.getUint16(at) * LANES;
        for (let lane = 0; lane < LANES; lane++) lanes[first + lane]! += view.getUint32(at + 2 + 4 * lane);
      }
    }
  }

  /** Each bucket in which something is left: its number, and its lanes. */
  kept(): KeptDigests {
    return Object.fromEntries([...this.#lanes].map(([id, lanes]) => [id, bytesOf(lanes)]));
  }

  #add(id: string, key: RowKey, digest: Buffer, sign: 1 | -1): void {
    const lanes = this.#of(id);
    const first = this.#bucketOf(key) * LANES;
    for (let lane = 0; lane < LANES; lane++) lanes[first + lane]! += sign * digest.readUInt32BE(4 * lane);
  }

  #isLeft(id: string, key: RowKey): boolean {
    const first = this.#bucketOf(key) * LANES;
    return (
      this.#lanes
        .get(id)
        ?.subarray(first, first + LANES)
        .some((lane) => lane !== 0) === true
    );
  }

  #bucketOf(key: RowKey): number {
    return keyHash(key) % this.buckets;
  }

  #of(id: string): Uint32Array {
    let lanes = this.#lanes.get(id);
    if (lanes === undefined) {
      lanes = new Uint32Array(this.buckets * LANES);
      this.#lanes.set(id, lanes);
    }
    return lanes;
  }
}

function bytesOf(lanes: Uint32Array): Uint8Array {
  const left: number[] = [];
  for (let first = 0; first < lanes.length; first += LANES) if (isLeft(lanes, first)) left.push(first);
  const view = new DataView(new ArrayBuffer(left.length * BYTES));
  for (const [i, first] of left.entries()) {
    view.setUint16(i * BYTES, first / LANES);
    for (let lane = 0; lane < LANES; lane++) view.setUint32(i * BYTES + 2 + 4 * lane, lanes[first + lane]!);
  }
  return new Uint8Array(view.buffer);
}

const isLeft = (lanes: Uint32Array, first: number): boolean => lanes[first] !== 0 || lanes[first + 1] !== 0;

const idOf = (type: string, { id }: RowOnPath['path']): string => `${type}/${id}`;

/** In the place of what a row holds, where an item is wrong in itself, or open: no row takes that away again. */
const WRONG = Buffer.from('wrong');

/** Where a row of an item on a key path is, or would be. */
const placeOf = (item: PrimaryRow, { key }: RowOnPath): RowKey => key ?? item.key;

/** What tells a row from every other, but for where its key path is said. */
function digestOf(key: RowKey, { type, key: owner }: Owner, content: Buffer): Buffer {
  const place = JSON.stringify([key.pk, key.sk, type, owner.pk, owner.sk]);
  return createHash('sha256').update(place).update(content).digest();
}

const contentOf = (row: AttributeMap, keys: DigestContext['keys']): Buffer =>
  createHash('sha256')
    .update(attributeText({ M: copiedPart(row, keys) }))
    .digest();
