import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openClient } from './client.js';
import type { Command, Place, Where } from './command.js';
import type { placeOptions } from './common-options.js';
import { giveUpWhen } from './giving-up.js';
import type { LoadedConfig } from './loading/config-file.js';
import { once } from './once.js';
import type { ValuesOf } from './option.js';
import { havePatience, type Patience } from './patience.js';
import { missing } from './sources.js';
import { hearOfTable, type TableHeard } from './table-heard.js';
import type { World } from './world.js';

type Given = ValuesOf<typeof placeOptions> & { readonly 'retry-for'?: number };

/** The table of a command, and what became known of it. */
export interface OpenedTable {
  /** @throws UsageError where no table was named */
  place(): Promise<Place>;
  /** Undefined before a request went there. */
  readonly where: Where | undefined;
  /** True once its endpoint has answered. */
  readonly wasReached: boolean;
  /** How many rows it has, about, where that is known. */
  readonly rows: number | undefined;
  close(): void;
}

/** How long a pass is patient with an endpoint that refuses connections, unless said: in seconds. */
const RETRY_FOR_S = 60;

export interface Opening {
  readonly config: () => Promise<LoadedConfig>;
  readonly command: Pick<Command, 'onlyReads' | 'resumes'>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** The table that options, the configuration or the environment name; its client is made when it is asked for. */
export function openedTable({ env, clock, timeouts }: World, opening: Opening): OpenedTable {
  const { config, command, values, signal, note } = opening;
  const options = values as Given;
  let client: DynamoDBClient | undefined;
  let patience: Patience | undefined;
  let heard: Readonly<TableHeard> = {};
  let named = '';
  const place = once(async (): Promise<Place> => {
    const said = await config();
    const { table, keys } = { ...said, ...defined(options) };
    if (table === undefined) throw missing('table', '--table NAME');
    client = openClient({ endpoint: environmentEndpoint(env), ...said, ...defined(options) }, env, timeouts);
    giveUpWhen(signal, client, command.onlyReads(values));
    const retryFor = command.resumes(values) ? (options['retry-for'] ?? RETRY_FOR_S) * 1_000 : 0;
    patience = havePatience(client, { retryFor, signal, clock, note });
    heard = hearOfTable(client);
    named = table;
    return { table, client, ...(keys === undefined ? {} : { keys }) };
  });
  return {
    place,
    get where() {
      const { endpoint, region, account } = heard;
      if (endpoint === undefined || region === undefined) return undefined;
      return { table: named, region, endpoint, ...(account === undefined ? {} : { account }) };
    },
    get wasReached() {
      return patience?.answered === true;
    },
    get rows() {
      return heard.rows;
    },
    close: () => client?.destroy(),
  };
}

/** Empty is unset, as for the SDK. */
const environmentEndpoint = (env: NodeJS.ProcessEnv): string | undefined =>
  env['AWS_ENDPOINT_URL_DYNAMODB'] || env['AWS_ENDPOINT_URL'] || undefined;

/** Without what was not given, so that it hides nothing. */
const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
