import type { Row } from './values.js';

/** What a `MemoryDynamo` may be told. */
export interface MemoryDynamoOptions {
  /** The time in milliseconds since 1970, for creation dates and for how long client tokens are known. */
  readonly now?: () => number;
}

/** One row of a transaction that was accepted: its write is seen by readers once it was applied. */
export interface PendingRow {
  /** The table, and the values of the row's key attributes. */
  readonly table: string;
  readonly key: Row;
  /** Makes the write visible and frees the row for other writers. May be called again; the rows in any order. */
  apply(): void;
}

/** A transaction whose conditions held, and whose rows become visible one by one. */
export interface PendingTransaction {
  /** What `TransactWriteItems` answers. */
  readonly output: object;
  /** Empty where the client token was seen before: that transaction is not carried out twice. */
  readonly rows: readonly PendingRow[];
}

/** All that a `MemoryDynamo` holds at one moment. */
export interface MemorySnapshot {
  readonly tables: ReadonlyMap<string, unknown>;
}

/**
 * DynamoDB in memory: pure, synchronous and deterministic. It takes and gives the objects of the low-level API, as the
 * commands of `@aws-sdk/client-dynamodb` do. Inputs are copied, and outputs share nothing with what is stored.
 *
 * Tables have a hash key and perhaps a range key. Secondary indexes, streams, backups and PartiQL are not there, and
 * a request for them is a ValidationException that says so.
 */
export class MemoryDynamo {
  constructor(_options: MemoryDynamoOptions = {}) {}

  /**
   * Carries out one operation (`'PutItem'`).
   *
   * @throws MemoryDynamoError with the name, the message and the further members that DynamoDB's answer has.
   */
  execute(operation: string, _input: object): object {
    throw new Error(`not carried out: ${operation}`);
  }

  /**
   * Checks a `TransactWriteItems` at once and locks its rows. Readers see each row as it was until its `apply()`; a
   * write to it until then meets TransactionConflictException, or is cancelled with the reason TransactionConflict.
   *
   * @throws MemoryDynamoError as `execute('TransactWriteItems', input)` does.
   */
  beginTransaction(_input: object): PendingTransaction {
    throw new Error('not carried out');
  }

  /** Copies of all rows of a table, in the order of a scan. */
  rows(_table: string): Row[] {
    throw new Error('not carried out');
  }

  /** What is stored now; cheap, since rows are replaced and never changed. Pending rows and client tokens are in it. */
  snapshot(): MemorySnapshot {
    throw new Error('not carried out');
  }

  /** Goes back to a snapshot, which may be used again. */
  restore(_snapshot: MemorySnapshot): void {
    throw new Error('not carried out');
  }
}
