import type { Knowledge } from '../registry/knowledge.js';
import type { FieldModel } from '../schema/model.js';
import { own } from '../values/own.js';
import type { AttributeMap } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import type { PrimaryRow } from './row.js';

/** How much the clocks of DynamoDB's servers may differ, and the dates of its answers lag behind, in seconds. */
const SLACK = 60;

/**
 * When an item expires, in seconds since 1970: what `$exp` on its rows says. A pure function of an epoch's knowledge and
 * of the item's stored attributes, so that all writers at one epoch agree: the newest version that has the type decides.
 * Undefined where it has no rule, or the item no time.
 *
 * @throws DamagedRowError where what is stored is no time
 */
export function expiryOf(knowledge: Versions, type: string, attributes: AttributeMap): number | undefined {
  const field = expiryField(knowledge, type);
  const stored = field && own(attributes, field.storageName);
  if (stored === undefined || 'NULL' in stored) return undefined;
  const time = 'N' in stored ? Number(stored.N) : NaN;
  if (!Number.isSafeInteger(time)) {
    throw new DamagedRowError({ type, path: field!.storageName, reason: 'is stored as what is no time' });
  }
  return field!.type.kind === 'timestampMilliseconds' ? Math.floor(time / 1000) : time;
}

type Versions = Pick<Knowledge, 'versions' | 'newestVersion'>;

function expiryField({ versions, newestVersion }: Versions, type: string): FieldModel | undefined {
  for (let version = newestVersion; version > 0; version--) {
    const model = own(versions.get(version)?.schema.types ?? {}, type);
    if (model !== undefined) return model.fields.find(({ storageName }) => storageName === model.expiry?.at);
  }
  return undefined;
}

type Expiring = Pick<PrimaryRow, 'expiry'>;

/**
 * True where an item counts as absent, whatever DynamoDB has deleted of it so far.
 *
 * @param serverTime in milliseconds
 */
export function isExpired({ expiry }: Expiring, serverTime: number): boolean {
  return expiry !== undefined && expiry < serverTime / 1000 - SLACK;
}

/**
 * True where DynamoDB may have deleted rows of an item, each by itself: from its expiry on, by whichever clock. For a
 * minute such an item may still count as there.
 */
export function mayBeDeleted({ expiry }: Expiring, serverTime: number): boolean {
  return expiry !== undefined && expiry <= serverTime / 1000 + SLACK;
}
