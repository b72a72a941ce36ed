import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../src/values/attribute-value.js';

/** So many DynamoDB takes at once. */
const BATCH = 25;

/** Writes rows as they are, keys and all: a table that others were written to before costs no more than these requests. */
export async function putRows(client: DynamoDBClient, table: string, rows: readonly AttributeMap[]): Promise<void> {
  for (let first = 0; first < rows.length; first += BATCH) {
    const puts = rows.slice(first, first + BATCH).map((row) => ({ PutRequest: { Item: row } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts as never } }));
  }
}

/** Makes a thing once for each key, such as an engine: whoever asks meanwhile waits for the same one. */
export function oncePer<Key extends object, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new WeakMap<Key, Promise<Value>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
