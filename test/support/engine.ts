import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';

/**
 * A local engine whose client sorts its middleware once for each command, and not for each request: a quarter of what a
 * request costs here. A test that adds middleware takes a client of its own.
 */
export async function startEngine(): Promise<LocalEngine> {
  return withFastClient(await startLocalEngine());
}

/** The built-in engine: one whose segmented scans lose nothing, so that passes over its tables may be cut. */
export async function startCuttableEngine(): Promise<LocalEngine> {
  const before = process.env['DUCTILE_ENGINE'];
  process.env['DUCTILE_ENGINE'] = 'memory';
  try {
    return withFastClient(await startLocalEngine());
  } finally {
    if (before === undefined) delete process.env['DUCTILE_ENGINE'];
    else process.env['DUCTILE_ENGINE'] = before;
  }
}

function withFastClient(engine: LocalEngine): LocalEngine {
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
