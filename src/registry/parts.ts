import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { rowAbsent } from '../table/condition.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { partsUnknown, RegistryDamagedError } from './errors.js';

/**
 * A text that is too large for the row of its entry stands beside the log, compressed, in rows of its own. Their key is
 * the hash of what they hold together, and the entry holds that hash, so the chain covers them. They are put before their
 * entry and never changed: whoever reads the entry finds them, and where their writer died between the two, they are
 * there for whoever publishes the same text next.
 *
 * @example
 * { pk: '$ductile', sk: 'part#3f9a…#0001', $part: <380,000 bytes of a gzip stream> }
 */
export interface PartedText {
  /** SHA-256, in hex, over the bytes of all parts in order. */
  readonly hash: string;
  readonly parts: number;
}

/** One row of a text in parts. */
export interface Part {
  readonly key: RowKey;
  readonly row: AttributeMap;
}

const PK = '$ductile';
const PART = '$part';

/** Below the 400 KB of a row, with room for its key. */
const PART_BYTES = 380_000;

/** How many parts are read or written at once. */
const AT_ONCE = 4;

/** How often a part is sent whose answer is lost each time. */
const ATTEMPTS = 3;

/** A text in parts: what an entry says of it, and the rows. */
export function intoParts(text: string): { readonly reference: AttributeValue; readonly parts: readonly Part[] } {
  const bytes = gzipSync(text);
  const hash = hashOf(bytes);
  const count = Math.ceil(bytes.byteLength / PART_BYTES);
  const parts = Array.from({ length: count }, (_, i): Part => {
    const slice = bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES);
    return { key: partKey(hash, i + 1), row: { [PART]: { B: new Uint8Array(slice) } } };
  });
  return { reference: { M: { hash: { S: hash }, parts: { N: String(count) } } }, parts };
}

/** The text in parts that an attribute of an entry speaks of. */
export function referenceIn(value: AttributeValue | undefined): PartedText | undefined {
  if (value === undefined || !('M' in value)) return undefined;
  const { hash, parts } = value.M;
  if (hash === undefined || !('S' in hash) || parts === undefined || !('N' in parts)) return undefined;
  return { hash: hash.S, parts: Number(parts.N) };
}

/**
 * Puts the parts that are not there. Costs one conditional write for each, of at most 380 units.
 *
 * @param epoch of the entry that is to speak of them, for messages
 * @throws OutcomeUnknownError, RegistryDamagedError
 */
export async function putParts(gateway: Gateway, parts: readonly Part[], epoch: number): Promise<void> {
  await inGroups(parts, async ({ key, row }) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await gateway.write([{ kind: 'put', key, row, condition: rowAbsent }], randomUUID());
      if (outcome.kind === 'applied') return;
      if (outcome.kind === 'refused') {
        const there = outcome.refusals[0]?.row;
        // Of one address there is one content, whoever puts it.
        if (there === undefined || Buffer.compare(bytesIn(there), bytesIn(row)) === 0) return;
        throw damaged(epoch);
      }
      if (attempt === ATTEMPTS) throw partsUnknown(epoch, outcome.kind === 'unknown' ? outcome.cause : undefined);
    }
  });
}

/**
 * The text. Costs one strongly consistent get for each part.
 *
 * @throws RegistryDamagedError
 */
export async function readParts(gateway: Gateway, { hash, parts }: PartedText, epoch: number): Promise<string> {
  const keys = Array.from({ length: parts }, (_, i) => partKey(hash, i + 1));
  return textOf({ hash, parts }, await inGroups(keys, (key) => gateway.get(key)), epoch);
}

/** The text of parts that were read already, in order. */
export function textOf({ hash }: PartedText, rows: readonly (AttributeMap | undefined)[], epoch: number): string {
  const bytes = Buffer.concat(rows.map((row) => (row === undefined ? Buffer.alloc(0) : bytesIn(row))));
  if (hashOf(bytes) !== hash) throw damaged(epoch);
  return gunzipSync(bytes).toString('utf8');
}

export const partKey = (hash: string, part: number): RowKey => ({
  pk: PK,
  sk: `part#${hash}#${String(part).padStart(4, '0')}`,
});

function bytesIn(row: AttributeMap): Buffer {
  const part = row[PART];
  return part !== undefined && 'B' in part ? Buffer.from(part.B) : Buffer.alloc(0);
}

async function inGroups<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let first = 0; first < all.length; first += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(first, first + AT_ONCE).map(work))));
  }
  return results;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const damaged = (epoch: number): RegistryDamagedError =>
  new RegistryDamagedError(epoch, 'the rows that hold a part of it (`part#…`) are missing, or not what they were');
