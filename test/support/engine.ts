import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';

/**
 * A local engine whose client sorts its middleware once for each command, and not for each request: a quarter of what a
 * request costs here. A test that adds middleware takes a client of its own.
 */
export async function startEngine(): Promise<LocalEngine> {
  const engine = await startLocalEngine();
  const { endpoint } = engine;
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    cacheMiddleware: true,
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    await engine.stop();
  };
  return { ...engine, client, stop, [Symbol.asyncDispose]: stop };
}
