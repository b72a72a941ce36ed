import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLeashed } from '../../src/local/leash.js';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';
import { answers, freePort } from '../../src/local/wire.js';

const START_LIMIT_MS = 60_000;

/** Starts the DynamoDB Local of a folder (`.ci/dynamodb-local.mjs` knows one), whatever other engines there are. */
export async function startDynamoDbLocal(folder: string): Promise<LocalEngine> {
  const port = await freePort();
  const home = process.env['JAVA_HOME'];
  const java = startLeashed(
    home ? join(home, 'bin', 'java') : 'java',
    [
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      ...[
        '-jar',
        join(folder, 'DynamoDBLocal.jar'),
        '-port',
        String(port),
        '-inMemory',
        '-sharedDb',
        '-disableTelemetry',
      ],
    ],
    0,
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const begin = performance.now();
  while (!(await answers(endpoint))) {
    if (java.ended !== undefined || performance.now() - begin > START_LIMIT_MS) {
      await java.stop();
      throw new Error(`DynamoDB Local did not start (${java.ended ?? 'no answer'}). It printed: ${java.printed}`);
    }
    await sleep(50);
  }
  const joined = await startLocalEngine({ endpoint });
  const stop = async (): Promise<void> => {
    await joined.stop();
    await java.stop();
  };
  return { ...joined, engine: 'dynamodb-local', stop, [Symbol.asyncDispose]: stop };
}
