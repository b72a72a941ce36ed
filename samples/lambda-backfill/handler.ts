import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSnapshot } from 'ductile';
import { workerAt } from './worker.js';

const snapshot: unknown = JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8'));

/** The function's entry point. The schema is what `ductile snapshot` wrote: an operator needs no application code. */
export const handler = workerAt({
  schema: readSnapshot(snapshot),
  table: process.env['TABLE_NAME'] ?? '',
  client: new DynamoDBClient(),
});
