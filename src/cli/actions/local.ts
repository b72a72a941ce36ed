import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { LocalEngineStartError } from '../../local/errors.js';
import { type LocalEngineOptions, startEngine, type WatchedEngine } from '../../local/local-engine.js';
import type { ActionOf } from '../command.js';
import type * as spec from '../commands/local.js';
import { documentOf } from '../document.js';
import { EngineEndedError, UsageError } from '../errors.js';
import { lines } from './text.js';

export const localCommand: ActionOf<typeof spec.localCommand> = async (context, { port, 'db-path': folder }) => {
  const { endpoint, engine, stop, gone } = await started({
    ...(port === undefined ? {} : { port }),
    ...(folder === undefined ? {} : { folder: resolve(context.folder, folder) }),
  });
  try {
    const json = { endpoint, engine, env: environment(endpoint), client: clientOptions(endpoint) };
    context.print({ text: serving(endpoint, engine), json: documentOf('local', { json }) });
    const how = await endOf(gone, context.signal);
    if (how !== undefined) throw new EngineEndedError(endpoint, how);
  } finally {
    await stop();
  }
  return undefined;
};

async function started(options: LocalEngineOptions): Promise<WatchedEngine> {
  const running = process.env['DUCTILE_ENDPOINT'];
  if (running && Object.keys(options).length > 0) {
    throw new UsageError(
      `DUCTILE_ENDPOINT names the engine at ${running}: for one of your own, with --port or --db-path, unset it.`,
    );
  }
  try {
    return await startEngine(options);
  } catch (error) {
    if (error instanceof LocalEngineStartError && 'folder' in error.facts) {
      throw new UsageError(error.message, { ...error.facts, option: 'db-path' }, { cause: error });
    }
    throw error;
  }
}

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

/** The longest that Node can wait at once, some 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Resolves to how the engine ended; to nothing once the signal is aborted. */
async function endOf(gone: Promise<string>, signal: AbortSignal): Promise<string | undefined> {
  const aborted = new Promise<undefined>((settle) => {
    if (signal.aborted) settle(undefined);
    signal.addEventListener('abort', () => settle(undefined));
  });
  // A timer, unlike a signal or an engine, keeps the process running.
  const running = setInterval(() => undefined, LONGEST_MS);
  return Promise.race([gone, aborted]).finally(() => clearInterval(running));
}
