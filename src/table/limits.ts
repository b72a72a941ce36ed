import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { RowTooLargeError, TooManyActionsError, TransactionTooLargeError } from './errors.js';
import type { Action } from './gateway.js';
import { rowSize } from './row-size.js';

/** DynamoDB's limits on writes. */
export const MAX_ROW_BYTES = 400 * 1024;
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
export const MAX_ACTIONS = 100;

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
    const size = rowSize(action.row) + rowSize(keyAttributes(action.key));
    if (size > MAX_ROW_BYTES) throw rowTooLarge(table, action, size);
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

function rowTooLarge(table: string, { key, row }: Action & { readonly kind: 'put' }, bytes: number): RowTooLargeError {
  const type = row['$type'];
  return new RowTooLargeError(
    `The row at ${JSON.stringify(key.pk)}, ${JSON.stringify(key.sk)} comes to ${bytes} bytes; DynamoDB takes ` +
      `${MAX_ROW_BYTES} (400 KB), with the fields that it keeps for other schema versions. Split the item, or keep ` +
      `its large parts elsewhere.`,
    { table, pk: key.pk, sk: key.sk, bytes, ...(type !== undefined && 'S' in type ? { type: type.S } : {}) },
  );
}
