import { MemoryDynamo } from '../../../src/local/memory/memory-dynamo.js';
import type { MemoryDynamoError } from '../../../src/local/memory/errors.js';

export const TABLE = 'items';

/** A `MemoryDynamo` with one table, keyed by pk and sk of these types. */
export function withTable(hash = 'S', range = 'S', now?: () => number): MemoryDynamo {
  const dynamo = new MemoryDynamo(now === undefined ? {} : { now });
  dynamo.execute('CreateTable', {
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: hash },
      { AttributeName: 'sk', AttributeType: range },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  return dynamo;
}

export const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });

/** Carries out an operation on the table. */
export function on(dynamo: MemoryDynamo, operation: string, input: object): Record<string, unknown> {
  return dynamo.execute(operation, { TableName: TABLE, ...input }) as Record<string, unknown>;
}

/** What an operation is refused with. */
export function refusal(work: () => unknown): MemoryDynamoError {
  try {
    work();
  } catch (error) {
    return error as MemoryDynamoError;
  }
  throw new Error('It was not refused.');
}
