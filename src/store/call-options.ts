import { StoreOptionError } from './errors.js';

/** Says what is wrong with the value of an option, in words that follow its name; undefined where nothing is. */
export type Objection = (value: unknown) => string | undefined;

/** The options that name a table and what is in it; `openStore` and `publish` take them alike. */
export const placeRules = {
  schema: (value) => (isObject(value) && Array.isArray(value['versions']) ? undefined : 'is what defineSchema gives'),
  table: (value) => (isName(value) ? undefined : 'is the name of the table'),
  client: (value) =>
    isObject(value) && typeof value['send'] === 'function' && 'config' in value
      ? undefined
      : 'is a DynamoDBClient or a DynamoDBDocumentClient of the AWS SDK 3',
  keys: (value) =>
    value === undefined ||
    (isObject(value) && isName(value['pk']) && isName(value['sk']) && value['pk'] !== value['sk'])
      ? undefined
      : "names the two key attributes of the table: { pk: 'pk', sk: 'sk' }",
  replicas: (value) =>
    value === undefined || value === 'read-only'
      ? undefined
      : "is 'read-only' where the table has replicas that nobody writes to, or left out",
  createTable: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
} satisfies Readonly<Record<string, Objection>>;

/**
 * What says how a table and a release are used, and not what a call does. Calls that have no use for one of these let it
 * pass, so that one object of options does for `publish`, `openStore` and what operators call.
 */
const LET_PASS: readonly string[] = [
  'keys',
  'createTable',
  'registryMaxAge',
  'createGuard',
  'publish',
  'incomplete',
  'build',
  'census',
];

/** @throws StoreOptionError where an option is unknown, missing, or not what the call takes */
export function assertOptions(call: string, options: object, rules: Readonly<Record<string, Objection>>): void {
  if (!isObject(options))
    throw new StoreOptionError(call, 'schema', `is missing: ${call} takes { schema, table, client }`);
  const known = Object.keys(rules);
  const unknown = Object.keys(options).find((name) => !known.includes(name) && !LET_PASS.includes(name));
  if (unknown !== undefined) throw new StoreOptionError(call, unknown, `is not known; those are ${known.join(', ')}`);
  for (const [name, objection] of Object.entries(rules)) {
    const what = objection(options[name]);
    if (what !== undefined) throw new StoreOptionError(call, name, what);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
