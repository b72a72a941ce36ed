import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openGateway, type DynamoGateway, type OpenGatewayOptions } from '../../src/dynamo/gateway.js';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';

let tables = 0;

/** A gateway to a new table of its own. */
export async function newTable(engine: LocalEngine, options: Partial<OpenGatewayOptions> = {}): Promise<DynamoGateway> {
  const table = `t${process.pid}-${++tables}`;
  const client = options.client ?? engine.client;
  await createTable({ client, table, ...(options.keys === undefined ? {} : { keys: options.keys }) });
  return openGateway({ client, table, ...options });
}

/** A client to the engine with options of its own. */
export function clientOf(
  engine: LocalEngine,
  config: ConstructorParameters<typeof DynamoDBClient>[0] = {},
): DynamoDBClient {
  return new DynamoDBClient({
    region: 'us-east-1',
    endpoint: engine.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...config,
  });
}
