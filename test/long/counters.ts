import { once } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defineSchema, Field, ItemType, KeyPath, openStore } from '../../src/index.js';

@ItemType('Counter')
@KeyPath('/counter-:id', '/shelf-:shelf')
export class Counter {
  @Field('string') id!: string;
  @Field('string') shelf!: string;
  @Field('int') count!: number;
}

export const TABLE = 'counters';
export const counters = defineSchema({ name: 'counters', types: [Counter] });

export const clientAt = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** Once it is told to, updates the one counter so many times, all at once; says how each that failed did. */
async function count(endpoint: string, updates: number): Promise<void> {
  const client = clientAt(endpoint);
  const store = await openStore({ schema: counters, table: TABLE, client });
  const told = once(process, 'message');
  process.send!('ready');
  await told;
  const repository = store.repository(Counter);
  const add = (counter: Counter): void => void counter.count++;
  const ends = await Promise.allSettled(Array.from({ length: updates }, () => repository.update({ id: 'a' }, add)));
  await store.close();
  client.destroy();
  process.send!(ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : [])));
  process.disconnect();
}

const [, , endpoint, updates] = process.argv;
if (process.send !== undefined && endpoint?.startsWith('http') === true) await count(endpoint, Number(updates));
