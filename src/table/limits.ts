import type { ErrorFacts } from '../errors/ductile-error.js';
import { MAX_ACTIONS } from '../keypaths/actions.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { RowTooLargeError, TooManyActionsError, TransactionTooLargeError } from './errors.js';
import type { Action } from './gateway.js';
import { rowSize } from './row-size.js';

/** DynamoDB's limits on writes. */
export const MAX_ROW_BYTES = 400 * 1024;
/**
 * So much of it a user's write leaves free on the primary row, for what layout writes add to it: a count, a longer stamp,
 * an expiry, and entries of the manifest for key paths that are yet to come (some 100 bytes each, 3 KB at most).
 */
export const ROOM_BYTES = 8 * 1024;
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/**
 * Refuses a write that DynamoDB would refuse for its size, before it is sent: what DynamoDB answers names neither the
 * row nor the limit.
 *
 * @param keyAttributes what a key adds to the row of a put
 * @throws TooManyActionsError, RowTooLargeError, TransactionTooLargeError
 */
export function assertWithinLimits(
  table: string,
  actions: readonly Action[],
  keyAttributes: (key: RowKey) => AttributeMap,
): void {
  if (actions.length > MAX_ACTIONS) {
    throw new TooManyActionsError(
      `One transaction would hold ${actions.length} actions; DynamoDB takes ${MAX_ACTIONS}. ` +
        `An item needs one for each of its key paths, and one for each row of expired items that are in its way: give ` +
        `the item type fewer key paths.`,
      { table, actions: actions.length },
    );
  }
  let total = 0;
  for (const action of actions) {
    if (action.kind !== 'put') continue;
    const ofKey = keyAttributes(action.key);
    const size = rowSize(action.row) + rowSize(ofKey);
    if (size > MAX_ROW_BYTES) throw rowTooLarge(table, action, size);
    if (size > MAX_ROW_BYTES - ROOM_BYTES && leavesTooLittle(action, ofKey)) throw noRoom(table, action, size);
    total += size;
  }
  if (actions.length > 1 && total > MAX_TRANSACTION_BYTES) {
    throw new TransactionTooLargeError(
      `The rows of one transaction come to ${total} bytes; DynamoDB takes ${MAX_TRANSACTION_BYTES} (4 MB). ` +
        `Every secondary key path is a full copy of the item: make the item smaller, or give its type fewer key paths.`,
      { table, bytes: total, actions: actions.length },
    );
  }
}

type Put = Extract<Action, { readonly kind: 'put' }>;

/** An item whose user's part was as large before may stay so: it was written when there was no such rule. */
function leavesTooLittle({ keepsRoom, row }: Put, ofKey: AttributeMap): boolean {
  if (keepsRoom === undefined) return false;
  const { before } = keepsRoom;
  return before === undefined || userSize(row, ofKey) > userSize(before, ofKey);
}

function userSize(row: AttributeMap, ofKey: AttributeMap): number {
  const user = Object.entries(row).filter(([name]) => !name.startsWith('$') && !(name in ofKey));
  return rowSize(Object.fromEntries(user));
}

const MEND = 'Split the item, or keep its large parts elsewhere.';

function rowTooLarge(table: string, action: Put, bytes: number): RowTooLargeError {
  return new RowTooLargeError(
    `${placeOf(action)} comes to ${bytes} bytes; DynamoDB takes ${MAX_ROW_BYTES} (400 KB), with the fields that it keeps ` +
      `for other schema versions. ${MEND}`,
    factsOf(table, action, bytes),
  );
}

function noRoom(table: string, action: Put, bytes: number): RowTooLargeError {
  return new RowTooLargeError(
    `${placeOf(action)} comes to ${bytes} bytes; DynamoDB takes ${MAX_ROW_BYTES} (400 KB), and an item leaves ${ROOM_BYTES} ` +
      `of them free for what Ductile adds when a later version brings key paths. ${MEND}`,
    { ...factsOf(table, action, bytes), room: ROOM_BYTES },
  );
}

const placeOf = ({ key }: Put): string => `The row at ${JSON.stringify(key.pk)}, ${JSON.stringify(key.sk)}`;

function factsOf(table: string, { key, row }: Put, bytes: number): ErrorFacts {
  const type = row['$type'];
  return { table, pk: key.pk, sk: key.sk, bytes, ...(type !== undefined && 'S' in type ? { type: type.S } : {}) };
}
