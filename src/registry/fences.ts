import { absent, all, any, atMost, equals, less, type Condition } from '../table/condition.js';
import type { Action, Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { keyHash } from '../values/key-hash.js';
import { fencesUnknown, RegistryDamagedError } from './errors.js';
import { registryPk } from './entry.js';

/**
 * The fences: 64 rows that say how far the registry has come. A create checks one of them in its transaction, so that a
 * process that slept since before an entry cannot create an item without knowing it. 64, so that creates seldom meet.
 *
 * @example
 * { pk: '$fence#07', sk: '/', $epoch: 12, $registry: '9c1e04d2' }
 */
const FENCES = 64;
const EPOCH = '$epoch';
/** The short id of the registry: in a restored table, an epoch of the past before says nothing. */
const REGISTRY = '$registry';

const DATE = '$date';

/**
 * Where it is written down that all fences stand at an epoch, and since when:
 * { pk: '$ductile', sk: 'fences', $epoch: 12, $registry: '9c1e04d2', $date: 1795384800000 }
 */
const raisedKey: RowKey = { pk: registryPk, sk: 'fences' };

/** How far all fences have come. */
export interface RaisedFences {
  readonly epoch: number;
  /** A moment of the server's clock, in milliseconds, at which they were there and the entry could be read by all. */
  readonly since: number;
}

/** How often a fence is raised whose answer is lost each time. */
const RAISE_ATTEMPTS = 3;

/** How many fences are raised at once: no single write depends on another. */
const AT_ONCE = 16;

/** What a fence is raised to: an epoch of a registry, which its short id names. */
export interface FenceHeight {
  readonly epoch: number;
  readonly shortId: string;
}

/** Who raises the fences. */
export interface FenceRaiser extends FenceHeight {
  /** The ids that the registry had before the table was restored. */
  readonly former?: readonly string[];
  /** Asked where a fence is of yet another registry: true where the table was restored since the height was known. */
  readonly isOutdated?: () => Promise<boolean>;
}

/** The check that no entry newer than `epoch` has been appended and fenced. One fence for each key, the same always. */
export function fenceCheck(key: RowKey, { epoch, shortId }: FenceHeight): Action {
  return {
    kind: 'check',
    key: fenceKey(keyHash(key) % FENCES),
    condition: any(absent(EPOCH), all(atMost(EPOCH, epochValue(epoch)), equals(REGISTRY, { S: shortId }))),
  };
}

/**
 * Raises every fence to an epoch, each by a write of its own and only upwards, then writes down that it is done.
 * Anybody may do it, again and at once with others. Costs 65 writes.
 */
export async function raiseFences(gateway: Gateway, height: FenceRaiser): Promise<void> {
  for (let first = 0; first < FENCES; first += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, i) => fenceKey(first + i));
    await Promise.all(some.map((key) => raise(gateway, key, height)));
  }
  // The answers of just now are younger than the entry. The first who writes the date down has the earliest.
  await raise(gateway, raisedKey, height, { [DATE]: { N: String(gateway.serverTime()) } });
}

/** How far all fences have come; epoch 0 where none was raised. No drain starts before. Costs one read. */
export async function raisedFences(gateway: Gateway): Promise<RaisedFences> {
  const row = await gateway.get(raisedKey);
  if (row === undefined) return { epoch: 0, since: 0 };
  return { epoch: numberIn(row, EPOCH), since: numberIn(row, DATE) };
}

/** How many fences stand below a height, or are not there. Costs 64 reads. */
export async function lowFences(gateway: Gateway, { epoch, shortId }: FenceHeight): Promise<number> {
  const rows = await Promise.all(Array.from({ length: FENCES }, (_, fence) => gateway.get(fenceKey(fence))));
  return rows.filter((row) => {
    const registry = row?.[REGISTRY];
    const isOurs = registry !== undefined && 'S' in registry && registry.S === shortId;
    return row === undefined || !isOurs || (fenceEpochOf(row) ?? 0) < epoch;
  }).length;
}

/** The epoch that a fence, or the record of all fences, stands at; undefined where a row is neither. */
export function fenceEpochOf(row: AttributeMap): number | undefined {
  const epoch = row[EPOCH];
  return epoch !== undefined && 'N' in epoch ? Number(epoch.N) : undefined;
}

function numberIn(row: AttributeMap, attribute: string): number {
  const value = row[attribute];
  if (value !== undefined && 'N' in value) return Number(value.N);
  throw new RegistryDamagedError(0, `the row of the fences has no ${attribute}`);
}

async function raise(
  gateway: Gateway,
  key: RowKey,
  { epoch, shortId, former = [], isOutdated }: FenceRaiser,
  more: AttributeMap = {},
): Promise<void> {
  const row: AttributeMap = { [EPOCH]: epochValue(epoch), [REGISTRY]: { S: shortId }, ...more };
  let condition: Condition = any(absent(EPOCH), less(EPOCH, epochValue(epoch)));
  for (let attempt = 1; ; attempt++) {
    const outcome = await gateway.write([{ kind: 'put', key, row, condition }], '');
    if (outcome.kind === 'refused') {
      const other = outcome.refusals[0]?.row;
      // Where it is refused the row stands at this epoch or above, unless it is of the past before the table was restored. One
      // of a registry that is not known may be of a restore that this process has slept through.
      const id = other?.[REGISTRY];
      if (id === undefined || !('S' in id) || id.S === shortId) return;
      if (!former.includes(id.S) && (await isOutdated?.()) === true) return;
      condition = all(equals(EPOCH, other![EPOCH]!), equals(REGISTRY, id));
    } else if (outcome.kind !== 'unknown') return;
    if (attempt === RAISE_ATTEMPTS) throw fencesUnknown(epoch, outcome.kind === 'unknown' ? outcome.cause : undefined);
  }
}

function fenceKey(fence: number): RowKey {
  return { pk: `$fence#${String(fence).padStart(2, '0')}`, sk: '/' };
}

function epochValue(epoch: number): { readonly N: string } {
  return { N: String(epoch) };
}
