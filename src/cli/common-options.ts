import { MOST_SEGMENTS } from '../work/most-segments.js';
import { UNSEEN_IN_USE_MS } from '../registry/census.js';
import type { KeyAttributes } from '../table/gateway.js';
import { choice, flag, number, text, wholeNumber, written } from './option.js';

const LEAST_UNSEEN = UNSEEN_IN_USE_MS / 1_000;

export const configOption = {
  config: text('FILE', 'the configuration; else ductile.config.{ts,mts,cts,js,mjs,cjs,json} in this folder'),
} as const;

/** Where the table is. A configuration file may say the same. */
export const placeOptions = {
  table: text('NAME', 'the table'),
  endpoint: text('URL', 'where DynamoDB answers, such as http://127.0.0.1:8000'),
  region: text('NAME', 'the AWS region; else AWS_REGION, or that of the profile'),
  profile: text('NAME', 'the AWS profile; else AWS_PROFILE'),
  keys: written<KeyAttributes>('PK,SK', "the table's key attributes; pk,sk unless said", {
    means: 'is the names of two attributes, such as pk,sk',
    parse(given) {
      const [pk, sk, ...rest] = given.split(',').map((name) => name.trim());
      return pk && sk && pk !== sk && rest.length === 0 ? { pk, sk } : undefined;
    },
  }),
  ...configOption,
} as const;

export const schemaOptions = {
  schema: text('FILE', 'what exports the schema: JavaScript, TypeScript, or JSON by `ductile snapshot`'),
  export: text('NAME', 'the name of that export, where there are several'),
} as const;

/** What every command takes. */
export const outputOptions = {
  json: flag('print the result as one JSON document'),
  progress: choice(['auto', 'bar', 'lines', 'json', 'none'], 'how to tell what is going on, on standard error'),
  help: flag('say how the command is used'),
} as const;

export const dryRun = { 'dry-run': flag('say what would be done, and write nothing') } as const;

/** Of what cannot be taken back. */
export const yesOption = { yes: flag("do not ask for the table's name: for scripts") } as const;

export const drainOption = {
  drain: number('SECONDS', 'wait so long for processes that slept; 0 only for a local engine', 0),
} as const;

export const limitOptions = {
  'max-wcu': number('UNITS', 'write units a second that all workers may consume together', 1),
  'max-rcu': number('UNITS', 'read units a second that all workers may consume together', 1),
} as const;

export const workOptions = {
  ...drainOption,
  ...limitOptions,
  concurrency: wholeNumber('N', 'items that are worked on at once at most', 1),
  segments: wholeNumber('N', 'into how many pieces to cut the table, where this begins the work', 1, MOST_SEGMENTS),
  'time-limit': number('SECONDS', 'stop after so long, between two items; the same command goes on', 1),
  'retry-for': number(
    'SECONDS',
    'how long to try again where the endpoint refuses connections meanwhile; 60 unless said',
    0,
  ),
} as const;

/** In what place of the table a command works, and by which schema. */
export const tableOptions = { ...schemaOptions, ...placeOptions } as const;

/** When a version counts as out of use. */
export const inUseOptions = {
  'unseen-for': number(
    'SECONDS',
    `how long no process of it must have been seen, from ${LEAST_UNSEEN} on; 86400 (a day) unless said`,
    LEAST_UNSEEN,
  ),
  force: flag('go on although processes of it were seen: none of them is needed any more'),
} as const;
