import { absent, any, atMost, less, type Condition } from '../table/condition.js';
import type { Action, Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { fencesUnknown, RegistryDamagedError } from './errors.js';
import { registryPk } from './entry.js';

/**
 * The fences: 64 rows that say how far the registry has come. A create checks one of them in its transaction, so that a
 * process that slept since before an entry cannot create an item without knowing it. 64, so that creates seldom meet.
 *
 * @example
 * { pk: '$fence#07', sk: '/', $epoch: 12 }
 */
const FENCES = 64;
const EPOCH = '$epoch';

/** Where it is written down that all fences stand at an epoch: { pk: '$ductile', sk: 'fences', $epoch: 12 } */
const raisedKey: RowKey = { pk: registryPk, sk: 'fences' };

/** How often a fence is raised whose answer is lost each time. */
const RAISE_ATTEMPTS = 3;

/** How many fences are raised at once: no single write depends on another. */
const AT_ONCE = 16;

/** The check that no entry newer than `epoch` has been appended and fenced. One fence for each key, the same always. */
export function fenceCheck(key: RowKey, epoch: number): Action {
  return {
    kind: 'check',
    key: fenceKey(fenceOf(key)),
    condition: any(absent(EPOCH), atMost(EPOCH, epochValue(epoch))),
  };
}

/**
 * Raises every fence to an epoch, each by a write of its own and only upwards, then writes down that it is done.
 * Anybody may do it, again and at once with others. Costs 65 writes.
 */
export async function raiseFences(gateway: Gateway, epoch: number): Promise<void> {
  for (let first = 0; first < FENCES; first += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, i) => fenceKey(first + i));
    await Promise.all(some.map((key) => raise(gateway, key, epoch)));
  }
  await raise(gateway, raisedKey, epoch);
}

/** The epoch that all fences have reached; 0 where none was raised. No drain starts before. Costs one read. */
export async function fencesRaisedTo(gateway: Gateway): Promise<number> {
  const row = await gateway.get(raisedKey);
  if (row === undefined) return 0;
  const epoch = row[EPOCH];
  if (epoch === undefined || !('N' in epoch)) throw new RegistryDamagedError(0, 'the row of the fences has no epoch');
  return Number(epoch.N);
}

async function raise(gateway: Gateway, key: RowKey, epoch: number): Promise<void> {
  const row: AttributeMap = { [EPOCH]: epochValue(epoch) };
  const condition: Condition = any(absent(EPOCH), less(EPOCH, epochValue(epoch)));
  for (let attempt = 1; ; attempt++) {
    // Where it is refused the row stands at this epoch or above.
    const outcome = await gateway.write([{ kind: 'put', key, row, condition }], '');
    if (outcome.kind !== 'unknown') return;
    if (attempt === RAISE_ATTEMPTS) throw fencesUnknown(epoch, outcome.cause);
  }
}

function fenceKey(fence: number): RowKey {
  return { pk: `$fence#${String(fence).padStart(2, '0')}`, sk: '/' };
}

/** FNV-1a: spreads keys well, and costs next to nothing. */
function fenceOf({ pk, sk }: RowKey): number {
  let hash = 0x811c9dc5;
  for (const part of [pk, sk]) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % FENCES;
}

function epochValue(epoch: number): { readonly N: string } {
  return { N: String(epoch) };
}
