import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Where a process of the benchmark works. */
export interface Place {
  readonly endpoint: string;
  readonly table: string;
}

/** What a worker is there for. */
export interface Task extends Place {
  readonly step: 'backfill' | 'verify';
}

export function clientAt({ endpoint }: Pick<Place, 'endpoint'>): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 10,
  });
}

/** How many rows each worker works on at once, on either side. */
export const CONCURRENCY = 16;
