import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { startLocalEngine } from '../../local/local-engine.js';
import { command } from '../command.js';
import { documentOf } from '../document.js';
import { text, wholeNumber } from '../option.js';
import { lines } from './text.js';

export const localCommand = command({
  name: 'local',
  summary: 'Run a local engine for development, until Ctrl-C',
  about:
    'The best engine of this machine, as `startLocalEngine` of ductile/local finds it. Without --db-path its data are gone ' +
    'with it.',
  endless: () => true,
  options: {
    port: wholeNumber('PORT', 'the port of 127.0.0.1 to serve on; else a free one', 1, 65_535),
    'db-path': text('FOLDER', 'keep the data in this folder'),
  },
  async run(context, { port, 'db-path': folder }) {
    const { endpoint, engine, stop } = await startLocalEngine({
      ...(port === undefined ? {} : { port }),
      ...(folder === undefined ? {} : { folder: resolve(context.folder, folder) }),
    });
    try {
      const json = { endpoint, engine, env: environment(endpoint), client: clientOptions(endpoint) };
      context.print({ text: serving(endpoint, engine), json: documentOf('local', { json }) });
      await aborted(context.signal);
    } finally {
      await stop();
    }
    return undefined;
  },
});

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What the SDK, and the commands of this program, take from the environment to go there. */
const environment = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
});

const clientOptions = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS });

function serving(endpoint: string, engine: string): string {
  const exports = Object.entries(environment(endpoint)).map(([name, value]) => `export ${name}=${value}`);
  const options = inspect(clientOptions(endpoint), { breakLength: Infinity });
  return lines(
    `Serving DynamoDB at ${endpoint} (engine: ${engine}). Ctrl-C ends it.`,
    `\nFor commands:\n${exports.join('\n')}`,
    // A client that has its endpoint from the environment is not known as one of a local engine.
    `\nFor code, which Ductile takes for local only with an endpoint of its own:\nnew DynamoDBClient(${options})`,
  );
}

/** The longest that Node can wait at once, some 24 days: a timer, unlike a signal, keeps the process running. */
const LONGEST_MS = 2 ** 31 - 1;

async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(LONGEST_MS, undefined, { signal }).catch(() => undefined);
}
