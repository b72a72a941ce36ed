import { resolve } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openClient } from './client.js';
import type { Context, Place } from './command.js';
import { commandLine, sameCommand } from './command-line.js';
import type { outputOptions, tableOptions } from './common-options.js';
import { UsageError } from './errors.js';
import { giveUpWhen } from './giving-up.js';
import { jsonText } from './json.js';
import { loadConfig, type LoadedConfig } from './loading/config-file.js';
import { loadSchema } from './loading/schema-file.js';
import type { ValuesOf } from './option.js';
import type { Request } from './parse.js';
import { reporter, type ReporterOptions } from './terminal/reporter.js';
import { rowsOfTable } from './table-size.js';
import type { World } from './world.js';

type Given = ValuesOf<typeof tableOptions & typeof outputOptions>;

/** A context, and how it is given up. */
export interface OpenContext {
  readonly context: Context;
  close(): void;
}

/** What a command works with: loaded when it is asked for, so that no command pays for what it does not use. */
export function contextOf(
  world: World,
  { command, values, positionals, given }: Extract<Request, { kind: 'command' }>,
  signal: AbortSignal,
): OpenContext {
  const options = values as Given;
  const { stdout, stderr, folder, env, clock } = world;
  const config = once(() => loadConfig(folder, options.config));
  let client: DynamoDBClient | undefined;
  let rows: () => number | undefined = () => undefined;
  const place = once(async (): Promise<Place> => {
    const said = await config();
    const { table, keys } = { ...said, ...defined(options) };
    if (table === undefined) throw missing('table', '--table NAME');
    client = openClient(
      { endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] ?? env['AWS_ENDPOINT_URL'], ...said, ...defined(options) },
      env,
      world.timeouts,
    );
    giveUpWhen(signal, client, command.onlyReads(values));
    rows = rowsOfTable(client);
    return { table, client, ...(keys === undefined ? {} : { keys }) };
  });
  const named = once(async () => schemaOf(await config(), options, folder));
  const print = (text: string): void => {
    // What is told of the crash comes in the place of it.
    world.crash?.throwIfAborted();
    stdout.write(text);
  };
  const context: Context = {
    place,
    schema: async () => {
      const schema = await named();
      if (schema === undefined) throw missing('schema', '--schema FILE');
      return schema;
    },
    namedSchema: named,
    namesSchema: options.schema !== undefined,
    reporter: reporter({
      kind: kindOf(options, stderr.isTTY === true),
      stream: stderr,
      colour: hasColour(world),
      clock,
      rows: () => rows(),
    }),
    signal,
    folder,
    commandLine: (words, ...more) => commandLine(given, words, more),
    sameCommand: sameCommand(given, command.name, positionals),
    realCommand: sameCommand(withoutDryRun(given), command.name, positionals),
    print: ({ text, json }) => print(options.json === true ? jsonText(json) : `${text}\n`),
    write: print,
    json: options.json === true,
    get terminal() {
      // One whose size nobody has set says 0, as in a container.
      return stdout.isTTY === true ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined;
    },
  };
  return { context, close: () => client?.destroy() };
}

const withoutDryRun = (given: ReadonlyMap<string, string | undefined>): ReadonlyMap<string, string | undefined> =>
  new Map([...given].filter(([name]) => name !== 'dry-run' && name !== 'sample'));

async function schemaOf(config: LoadedConfig, options: Given, folder: string): ReturnType<Context['namedSchema']> {
  const exportName = options.export ?? config.export;
  if (options.schema !== undefined) return loadSchema(resolve(folder, options.schema), exportName);
  return typeof config.schema === 'string'
    ? loadSchema(resolve(config.folder, config.schema), exportName)
    : config.schema;
}

const missing = (name: string, how: string): UsageError =>
  new UsageError(`No ${name} was named: give ${how}, or say it in a ductile.config file.`, { option: name });

const kindOf = ({ progress = 'auto' }: Given, terminal: boolean): ReporterOptions['kind'] =>
  progress === 'auto' ? (terminal ? 'bar' : 'lines') : progress;

const hasColour = ({ env, stderr }: World): boolean =>
  stderr.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

/** Without what was not given, so that it hides nothing. */
const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
