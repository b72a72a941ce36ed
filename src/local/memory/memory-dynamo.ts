import { batchGetItem, batchWriteItem, transactGetItems } from './batches.js';
import { tableOf } from './database.js';
import type { Database, KnownToken } from './database.js';
import { MemoryDynamoError } from './errors.js';
import { getItem, query, scan } from './reads.js';
import type { MemoryTable } from './table.js';
import { createTable, deleteTable, describeTable, describeTimeToLive, listTables, updateTimeToLive } from './tables.js';
import { beginTransaction } from './transaction.js';
import type { PendingTransaction } from './transaction.js';
import { copyRow } from './values.js';
import type { AttributeMap } from './values.js';
import { deleteItem, putItem, updateItem } from './writes.js';

export type { PendingTransaction } from './transaction.js';

/** What a `MemoryDynamo` may be told. */
export interface MemoryDynamoOptions {
  /** The time in milliseconds since 1970, for creation dates and for how long client tokens are known. */
  readonly now?: () => number;
}

/** All that a `MemoryDynamo` held at one moment. */
export interface MemorySnapshot {
  readonly tables: readonly MemoryTable[];
  readonly tokens: ReadonlyMap<string, KnownToken>;
}

const OPERATIONS: Readonly<Record<string, (database: Database, input: never) => object>> = {
  CreateTable: createTable,
  DescribeTable: describeTable,
  DeleteTable: deleteTable,
  ListTables: listTables,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
};

function transactWriteItems(database: Database, input: never): object {
  const { output, rows } = beginTransaction(database, input);
  for (const row of rows) row.apply();
  return output;
}

/**
 * DynamoDB in memory: synchronous and deterministic. It takes and gives the objects of the low-level API, as the
 * commands of `@aws-sdk/client-dynamodb` do, except that dates are numbers of seconds. Inputs are copied, and outputs
 * share nothing with what is stored.
 *
 * Tables have a hash key and perhaps a range key. Secondary indexes and the parameters that came before expressions are
 * a ValidationException that says so; streams, backups and PartiQL are unknown operations.
 */
export class MemoryDynamo {
  readonly #database: Database;

  constructor({ now = Date.now }: MemoryDynamoOptions = {}) {
    this.#database = { now, tables: new Map(), tokens: new Map() };
  }

  /**
   * Carries out one operation (`'PutItem'`).
   *
   * @throws MemoryDynamoError with the name, the message and the further members that DynamoDB's answer has.
   */
  execute(operation: string, input: object): object {
    const carryOut = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (carryOut !== undefined) return carryOut(this.#database, input as never);
    throw new MemoryDynamoError('UnknownOperationException', `The in-memory engine does not carry out ${operation}.`);
  }

  /**
   * Checks a `TransactWriteItems` at once and locks its rows. Readers see each row as it was until its `apply()`; a
   * write to it until then meets TransactionConflictException, or is cancelled with the reason TransactionConflict
   * (a transaction's read too), or comes back as unprocessed (in a batch).
   *
   * @throws MemoryDynamoError as `execute('TransactWriteItems', input)` does.
   */
  beginTransaction(input: object): PendingTransaction {
    return beginTransaction(this.#database, input as never);
  }

  /** Copies of all rows of a table, in the order of a scan. @throws MemoryDynamoError (ResourceNotFoundException) */
  rows(table: string): AttributeMap[] {
    return [...tableOf(this.#database, table).partitionsFrom()].flatMap(({ rows }) =>
      rows.map(({ row }) => copyRow(row)),
    );
  }

  /** What is stored now, with client tokens and pending rows. Cheap: rows are replaced, never changed, and so shared. */
  snapshot(): MemorySnapshot {
    const { tables, tokens } = this.#database;
    return { tables: [...tables.values()].map((table) => table.copy()), tokens: new Map(tokens) };
  }

  /** Goes back to a snapshot, which may be used again. Rows that were pending then may be applied again. */
  restore({ tables, tokens }: MemorySnapshot): void {
    this.#database.tables = new Map(tables.map((table) => [table.name, table.copy()]));
    this.#database.tokens = new Map(tokens);
  }
}
