import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LocalEngineStartError } from './errors.js';
import { findEngine, memoryKeepsNothing } from './find-engine.js';
import type { EngineProgram } from './find-engine.js';
import { makeFolder } from './folder.js';
import { startLeashed } from './leash.js';
import type { LeashedProcess } from './leash.js';
import { MemoryDynamo } from './memory/memory-dynamo.js';
import { serveMemory } from './memory/server.js';
import { answers, freePort } from './wire.js';

/** Where and how a local engine runs. */
export interface LocalEngineOptions {
  /**
   * A folder that keeps the data, made where it is missing. Without one the data live in memory. The engine that is
   * built in cannot keep them.
   */
  readonly folder?: string;
  /** The port of 127.0.0.1 to serve on. Without one a free port is taken. */
  readonly port?: number;
  /**
   * An engine that is running already (`http://localhost:8000`): it is used, and nothing is started, so the other
   * options mean nothing.
   */
  readonly endpoint?: string;
}

/** An engine that answers the DynamoDB wire protocol on this machine. */
export interface LocalEngine {
  /** Where it answers, such as `http://127.0.0.1:49152`. */
  readonly endpoint: string;
  /** A client of it, with the region us-east-1 and credentials that mean nothing. */
  readonly client: DynamoDBClient;
  /** What it is: Dynoxide, DynamoDB Local, the one that is built in (`memory`), or whatever runs at a given endpoint. */
  readonly engine: 'dynoxide' | 'dynamodb-local' | 'memory' | 'endpoint';
  /** Closes the client and ends the engine (one at a given endpoint goes on). May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An engine, for who has nothing to do but to serve it. */
export interface WatchedEngine extends LocalEngine {
  /** Resolves once its process has ended, to how. One in this process, or at a given endpoint, is never gone. */
  readonly gone: Promise<string>;
}

const START_LIMIT_MS = 30_000;
const ENDPOINT_LIMIT_MS = 2_000;
const POLL_MS = 2;
const SILENT_START_MS = 1_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts an engine for development and tests, and resolves once it answers.
 *
 * Uses, in this order: an endpoint that is given (the option, or the environment variable DUCTILE_ENDPOINT); Dynoxide
 * (DYNOXIDE_BIN, the PATH, an npm package); the DynamoDB Local that DYNAMODB_LOCAL_DIR names; the one that is built in,
 * which runs in this process and serves child processes too (DUCTILE_ENGINE=memory takes it in any case). The engine
 * ends with this process, whatever way that ends, and keeps neither Node nor a test runner open, so a forgotten `stop`
 * does no harm.
 *
 * @throws LocalEngineMissingError where a folder is to be kept and no engine can, or a variable names an engine that is
 * not there: the message says what to install.
 * @throws LocalEngineStartError where the engine does not answer, the given port is taken, or the folder cannot be made.
 */
export async function startLocalEngine(options: LocalEngineOptions = {}): Promise<LocalEngine> {
  return startEngine(options);
}

/** As `startLocalEngine`. */
export async function startEngine(options: LocalEngineOptions): Promise<WatchedEngine> {
  const endpoint = options.endpoint ?? (process.env['DUCTILE_ENDPOINT'] || undefined);
  if (endpoint !== undefined) return joinEndpoint(endpoint);

  const program = findEngine(process.env);
  if (program.engine === 'memory') return startMemory(options);
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  if (folder !== undefined) makeFolder(folder);
  const running = await serve(program, options.port, folder);
  const { process: child } = running;
  return localEngine(
    program.engine,
    running.endpoint,
    () => child.stop(),
    child.gone.then(() => child.ended ?? 'its end'),
  );
}

async function startMemory({ folder, port = 0 }: LocalEngineOptions): Promise<WatchedEngine> {
  if (folder !== undefined) throw memoryKeepsNothing(folder);
  try {
    const server = await serveMemory(new MemoryDynamo(), port);
    return localEngine('memory', `http://127.0.0.1:${server.port}`, () => server.stop());
  } catch (error) {
    throw new LocalEngineStartError(
      `The local engine in this process did not start on port ${port}: ${String(error)}. Give another port, or none.`,
      { engine: 'memory', port },
    );
  }
}

async function joinEndpoint(endpoint: string): Promise<WatchedEngine> {
  if (!/^https?:\/\/./.test(endpoint) || !URL.canParse(endpoint)) {
    throw new LocalEngineStartError(
      `The endpoint ${JSON.stringify(endpoint)} is no URL of a server. Write it whole, such as http://127.0.0.1:8000 ` +
        `(option endpoint, variable DUCTILE_ENDPOINT), or leave it out to have an engine started.`,
      { endpoint },
    );
  }
  const deadline = performance.now() + ENDPOINT_LIMIT_MS;
  while (!(await answers(endpoint))) {
    if (performance.now() > deadline) {
      throw new LocalEngineStartError(
        `Nothing at ${endpoint} answers as DynamoDB does. Start the engine there, or leave the endpoint out ` +
          `(option endpoint, variable DUCTILE_ENDPOINT) to have one started.`,
        { endpoint },
      );
    }
    await sleep(50);
  }
  return localEngine('endpoint', endpoint, () => Promise.resolve());
}

interface Serving {
  readonly endpoint: string;
  readonly process: LeashedProcess;
}

async function serve(program: EngineProgram, port: number | undefined, folder: string | undefined): Promise<Serving> {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const endpoint = `http://127.0.0.1:${chosen}`;
    const child = startLeashed(program.command, program.args(chosen, folder), program.grace);
    const failure = await untilItAnswers(child, endpoint, program.listening);
    if (failure === undefined) return { endpoint, process: child };
    await child.stop();
    // Another process can take a free port in the moment before the engine does. A port that was asked for is not ours to change.
    const portTaken = /in use|BindException/i.test(child.printed);
    if (portTaken && port === undefined && attempt < PORT_ATTEMPTS) continue;
    throw new LocalEngineStartError(
      `The local engine ${program.command} did not start on port ${chosen}: ${failure}. It printed: ${child.printed.trim() || 'nothing'}`,
      { engine: program.engine, port: chosen },
    );
  }
}

/** Resolves to what went wrong, or to undefined once the engine answers. */
async function untilItAnswers(
  child: LeashedProcess,
  endpoint: string,
  listening: RegExp | undefined,
): Promise<string | undefined> {
  const begin = performance.now();
  let firstAnswer: number | undefined;
  for (;;) {
    if (child.ended !== undefined) return `it ended with ${child.ended}`;
    const now = performance.now();
    if (now - begin > START_LIMIT_MS) return `it did not answer within ${START_LIMIT_MS / 1000} seconds`;
    if (await Promise.race([answers(endpoint), child.gone.then(() => false)])) {
      // The answer may come from another process that took the port first: our engine must have said that it listens,
      // or, where it says nothing, have lived on beside the answers for a while.
      firstAnswer ??= now;
      if (listening?.test(child.printed) || now - firstAnswer > SILENT_START_MS) return undefined;
    }
    await sleep(POLL_MS);
  }
}

const NEVER = new Promise<never>(() => undefined);

function localEngine(
  engine: LocalEngine['engine'],
  endpoint: string,
  end: () => Promise<void>,
  gone: Promise<string> = NEVER,
): WatchedEngine {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    await end();
  };
  return { endpoint, client, engine, gone, stop, [Symbol.asyncDispose]: stop };
}
