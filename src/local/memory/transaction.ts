import type {
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { canonicalJson } from '../../values/canonical-json.js';
import { consumedByTable, readUnits, writeUnits } from './capacity.js';
import type { Database } from './database.js';
import { invalid, KeyMismatch, MemoryDynamoError } from './errors.js';
import type { CancellationReason } from './errors.js';
import { keyOf } from './key-schema.js';
import { prepareCheck, prepareDelete, preparePut, prepareUpdate } from './row-write.js';
import type { RowWrite } from './row-write.js';
import { lockName } from './table.js';
import type { SizedRow } from './table.js';
import { copyRow } from './values.js';
import type { AttributeMap } from './values.js';
import { isLocked } from './writes.js';

export const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_TOKEN = 36;
const TOKEN_LIFE_MS = 10 * 60 * 1000;

/** One row of a transaction that was accepted: its write is seen by readers once it was applied. */
export interface PendingRow {
  readonly table: string;
  /** The values of the row's key attributes. */
  readonly key: AttributeMap;
  /** Makes the write visible and frees the row for other writers. May be called again; the rows in any order. */
  apply(): void;
}

/** A transaction whose conditions held, and whose rows become visible one by one. */
export interface PendingTransaction {
  /** What `TransactWriteItems` answers. */
  readonly output: Omit<TransactWriteItemsCommandOutput, '$metadata'>;
  /** Empty where the client token was seen before: that transaction is not carried out twice. */
  readonly rows: readonly PendingRow[];
}

/** Decides the transaction, and locks its rows until each is applied. */
export function beginTransaction(database: Database, input: TransactWriteItemsCommandInput): PendingTransaction {
  const { prepared, mismatches } = prepareAll(database, input.TransactItems ?? []);
  const token = input.ClientRequestToken;
  const request = token === undefined ? '' : canonicalJson(input.TransactItems);
  if (token !== undefined && isRepeated(database, token, request)) {
    return { output: repeatedOutput(input, prepared), rows: [] };
  }
  assertDistinct(prepared.filter((write) => write !== undefined));
  const decided = prepared.map((write, index) => (write === undefined ? mismatches[index]! : decide(write)));
  const reasons = decided.map((outcome) => ('Code' in outcome ? outcome : { Code: 'None' }));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  const accepted = decided as readonly Accepted[];
  if (token !== undefined) database.tokens.set(token, { request, until: database.now() + TOKEN_LIFE_MS });
  return { output: outputOf(input, accepted), rows: accepted.map((write) => lock(database, write)) };
}

interface Prepared {
  readonly prepared: readonly (RowWrite | undefined)[];
  /** The reason at each place where nothing could be prepared. */
  readonly mismatches: readonly (CancellationReason | undefined)[];
}

function prepareAll(database: Database, items: readonly TransactWriteItem[]): Prepared {
  assertCount(items.length);
  const mismatches: (CancellationReason | undefined)[] = [];
  const prepared = items.map((item, index) => {
    try {
      return prepare(database, item);
    } catch (error) {
      if (!(error instanceof KeyMismatch)) throw error;
      mismatches[index] = { Code: 'ValidationError', Message: error.message };
      return undefined;
    }
  });
  const writes = prepared.filter((write) => write !== undefined);
  if (writes.reduce((bytes, write) => bytes + write.bytes, 0) > MAX_BYTES) {
    throw invalid(
      'Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit',
    );
  }
  return { prepared, mismatches };
}

export function assertCount(count: number): void {
  if (count > 0 && count <= MAX_ACTIONS) return;
  const wanted = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ACTIONS}`;
  throw invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${wanted}`,
  );
}

/** @throws MemoryDynamoError (ValidationException) where two actions are on one row */
export function assertDistinct(rows: readonly Pick<RowWrite, 'table' | 'place'>[]): void {
  const names = rows.map(({ table, place }) => `${table.name}/${lockName(place)}`);
  if (new Set(names).size === names.length) return;
  throw invalid('Transaction request cannot include multiple operations on one item');
}

function prepare(database: Database, item: TransactWriteItem): RowWrite {
  const { Put, Delete, Update, ConditionCheck } = item;
  if ([Put, Delete, Update, ConditionCheck].filter((action) => action !== undefined).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (Put !== undefined) return preparePut(database, Put);
  if (Delete !== undefined) return prepareDelete(database, Delete);
  if (Update !== undefined) return prepareUpdate(database, Update);
  return prepareCheck(database, ConditionCheck!);
}

/** Whether this transaction was carried out before. @throws MemoryDynamoError where another one was, under its token */
function isRepeated(database: Database, token: string, request: string): boolean {
  if (token.length > MAX_TOKEN) {
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TOKEN}`,
    );
  }
  const now = database.now();
  // Tokens are kept in the order of their age.
  for (const [old, { until }] of database.tokens) {
    if (until > now) break;
    database.tokens.delete(old);
  }
  const known = database.tokens.get(token);
  if (known === undefined) return false;
  if (known.request === request) return true;
  throw new MemoryDynamoError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
  );
}

/** A write whose condition held. */
interface Accepted {
  readonly write: RowWrite;
  readonly next: SizedRow | undefined;
  readonly units: number;
}

function decide(write: RowWrite): Accepted | CancellationReason {
  if (isLocked(write)) return { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
  const before = write.table.get(write.place);
  if (!write.accepts(before?.row)) {
    return {
      Code: 'ConditionalCheckFailed',
      ...(write.wantsFailed && before !== undefined ? { Item: copyRow(before.row) } : {}),
      Message: 'The conditional request failed',
    };
  }
  try {
    const next = write.next(before);
    const units = 2 * writeUnits(before?.size, next?.size);
    return { write, next, units };
  } catch (error) {
    if (error instanceof MemoryDynamoError) return { Code: 'ValidationError', Message: error.message };
    throw error;
  }
}

export function cancelled(reasons: readonly CancellationReason[]): MemoryDynamoError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new MemoryDynamoError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** The row's name stays with the database, so that a row applied after the table was restored finds it. */
function lock(database: Database, { write, next }: Accepted): PendingRow {
  const { place } = write;
  const name = lockName(place);
  const keys = write.table.keys;
  const row: PendingRow = {
    table: write.table.name,
    key: keyOf(keys, write.key),
    apply() {
      const table = database.tables.get(write.table.name);
      if (table?.locks.get(name) !== row) return;
      table.locks.delete(name);
      if (write.changes) table.set(place, next);
    },
  };
  write.table.locks.set(name, row);
  return row;
}

function outputOf(
  { ReturnConsumedCapacity: wanted }: TransactWriteItemsCommandInput,
  accepted: readonly Accepted[],
): PendingTransaction['output'] {
  const units = new Map<string, number>();
  for (const { write, units: more } of accepted) units.set(write.table.name, (units.get(write.table.name) ?? 0) + more);
  return consumedByTable(wanted, units, 'WriteCapacityUnits');
}

/** A transaction that is not carried out again is paid as a read of its rows. */
function repeatedOutput(
  { ReturnConsumedCapacity: wanted }: TransactWriteItemsCommandInput,
  writes: readonly (RowWrite | undefined)[],
): PendingTransaction['output'] {
  const units = new Map<string, number>();
  for (const write of writes) {
    if (write === undefined) continue;
    const { table, place } = write;
    const more = 2 * readUnits(table.get(place)?.size ?? 0, true);
    units.set(table.name, (units.get(table.name) ?? 0) + more);
  }
  return consumedByTable(wanted, units, 'ReadCapacityUnits');
}
