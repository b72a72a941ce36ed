import { createHash } from 'node:crypto';
import { OutcomeUnknownError } from '../table/errors.js';
import type { Action, Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Digests, KeptDigests } from './digest.js';

/*
 * Where the digests of a segment are kept: apart from what is recorded of the work, which every worker reads again and
 * again. A row for each key path, under a name made of what it holds, so that it never changes; the segment's result says
 * the name.
 *
 * { pk: '$digest', sk: 'verify-12-digests/3-9f2c…/Order/1', $digest: { B: … } }
 */
const PK = '$digest';
const DIGEST = '$digest';

/** Where the digests of a segment are. */
export interface KeptPlace {
  readonly name: string;
  readonly rows: number;
}

/** How often a row is sent whose answer is lost each time. */
const ATTEMPTS = 3;

/**
 * Costs one write for each key path, of 10 bytes for each bucket in which something is left.
 *
 * @throws OutcomeUnknownError where no attempt was answered
 */
export async function keepDigests(
  gateway: Gateway,
  work: string,
  segment: number,
  digests: KeptDigests,
): Promise<KeptPlace> {
  const all = Object.entries(digests);
  const name = `${segment}-${hashOf(all)}`;
  for (const [path, B] of all) await put(gateway, { pk: PK, sk: `${work}/${name}/${path}` }, { [DIGEST]: { B } });
  return { name, rows: all.length };
}

/** Names digests by what they hold. */
export const nameOf = (places: readonly KeptPlace[]): string =>
  createHash('sha256')
    .update(places.map(({ name }) => name).join())
    .digest('hex')
    .slice(0, 8);

function hashOf(digests: readonly (readonly [path: string, bytes: Uint8Array])[]): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of digests) hash.update(`${path}:${bytes.byteLength}:`).update(bytes);
  return hash.digest('hex').slice(0, 32);
}

async function put(gateway: Gateway, key: RowKey, row: AttributeMap): Promise<void> {
  const action: Action = { kind: 'put', key, row };
  for (let attempt = 1; ; attempt++) {
    // Without a condition: the same row, whichever attempt writes it.
    const outcome = await gateway.write([action], '');
    if (outcome.kind === 'applied') return;
    if (attempt === ATTEMPTS) {
      throw new OutcomeUnknownError(
        `No attempt to keep what a verify of table ${gateway.table} has come to was answered. Run it again: it goes on ` +
          'from the segments that are finished.',
        { table: gateway.table },
        { cause: outcome.kind === 'unknown' ? outcome.cause : undefined },
      );
    }
  }
}

/**
 * Adds the digests that are kept at these places. Costs a strongly consistent Query for each megabyte of the work's.
 *
 * @returns false where some are not there any more
 */
export async function mergeDigests(
  gateway: Gateway,
  work: string,
  places: readonly KeptPlace[],
  digests: Digests,
): Promise<boolean> {
  const names = new Set(places.map(({ name }) => name));
  let left = places.reduce((sum, { rows }) => sum + rows, 0);
  if (left === 0) return true;
  for await (const row of rowsOf(gateway, work)) {
    const [, name, ...path] = gateway.keyOf(row).sk.split('/');
    const digest = row[DIGEST];
    if (!names.has(name!) || digest === undefined || !('B' in digest)) continue;
    digests.merge({ [path.join('/')]: digest.B });
    left--;
  }
  return left === 0;
}

/** Costs a Query for each megabyte, and a write for each row. */
export async function dropDigests(gateway: Gateway, work: string): Promise<void> {
  for await (const row of rowsOf(gateway, work)) {
    await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], '');
  }
}

async function* rowsOf(gateway: Gateway, work: string): AsyncGenerator<AttributeMap> {
  let after: RowKey | undefined;
  do {
    const page = await gateway.query({
      pk: PK,
      prefix: `${work}/`,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.rows;
    after = page.last;
  } while (after !== undefined);
}
