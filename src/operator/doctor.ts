import { deniedActions, type TableFacts, tableFacts, type TimeToLive, timeToLive } from '../dynamo/table-facts.js';
import { assertTable } from '../dynamo/table.js';
import { DuctileError } from '../errors/ductile-error.js';
import { isSecondary, own, stampOf } from '../protocol/row.js';
import { readCensus } from '../registry/census.js';
import { assertSources } from '../registry/check.js';
import { NotPublishedError } from '../registry/errors.js';
import { lowFences as lowFencesOf } from '../registry/fences.js';
import { isFilling, isRestoreSwept, type Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { Registry } from '../registry/registry.js';
import type { Gateway } from '../table/gateway.js';
import { UNSEEN_FOR_MS } from './census.js';
import { gatewayHeeding } from '../table/gateway-over.js';
import { assertPlaceOptions, choiceRules } from './options.js';
import { gatewayOf, type PlaceOptions } from './session.js';
import type { SchemaVersion } from '../schema/model.js';
import { readWorks } from '../work/works.js';
import { type NextStep, nextSteps } from './status.js';

export interface DoctorOptions extends PlaceOptions {
  /** True to raise fences that somebody deleted or set back: 65 writes. Nothing else is written. */
  readonly repair?: boolean;
  /** The schema as some sources have it, to be compared with the table's; nothing is compared without. */
  readonly schema?: PublishableSchema;
}

/** What the doctor looks at. */
export type CheckName =
  'table' | 'regions' | 'ttl' | 'iam' | 'registry' | 'fences' | 'stamps' | 'schema' | 'versions' | 'work';

export interface DoctorCheck {
  readonly check: CheckName;
  /** A `problem` may lose or hide data, or stop an application; a `warning` costs something, or waits to be done. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  /** What was found, and for what is not `ok` the mend. */
  readonly message: string;
}

/** What the doctor found. */
export interface DoctorReport {
  /** True where no check is a problem. */
  readonly healthy: boolean;
  readonly checks: readonly DoctorCheck[];
  /** How many fences stood too low. Where `repair` was asked for, they stand as high as they should now. */
  readonly lowFences: number;
  /** What waits to be done, as `status` tells it; the most pressing first. */
  readonly waiting: readonly NextStep[];
}

/** What the registry, and what stands in the table beside it, came to. */
type RegistryReport = Omit<DoctorReport, 'healthy'> & { readonly versions: readonly SchemaVersion[] };

/**
 * The doctor: looks at everything that Ductile relies on. The table's keys, its regions and its TTL setting; what the
 * client's credentials may do; the registry, its fences, and whether sources that are given agree with it; the stamps of a sample
 * of rows, which tell a table that was restored; versions that are in use and retired; and what waits to be done. Nothing is
 * written, unless `repair` is asked for.
 *
 * Costs two DescribeTable, a DescribeTimeToLive, a Query each of the registry, of the census and of the passes, 8 Scan
 * requests of at most 250 rows, 64 reads of fences, and what the permissions are tried with: 3 reads, and writes of 4 units that are refused.
 *
 * @example
 * const { healthy, checks } = await doctor({ table: 'shop', client });
 *
 * @throws StoreOptionError where an option is unknown or not what it takes: limits and drains are for `mendRestored`
 * @throws TableNotFoundError, TableKeysError, CredentialsError, EndpointError where there is no table to look at;
 * AccessDeniedError where it may not even be described
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  assertPlaceOptions('doctor', options, { repair: choiceRules.repair });
  const { schema, signal } = options;
  signal?.throwIfAborted();
  await assertTable(options);
  signal?.throwIfAborted();
  const [facts, ttl, denied, gateway] = await Promise.all([
    tableFacts(options),
    timeToLive(options),
    deniedActions(options),
    gatewayOf(options),
  ]);
  // Without these nothing more can be asked.
  const isBlind = denied.some((action) => READS.includes(action));
  const { versions, ...inside } = isBlind ? nothingIn([]) : await ofRegistry(gatewayHeeding(gateway, signal), options);
  const known = versions.length > 0 ? versions : (schema?.versions ?? []);
  const checks = [ofTable(facts), ofRegions(facts), ofTimeToLive(ttl, known), ofActions(denied), ...inside.checks];
  return { ...inside, healthy: checks.every(({ verdict }) => verdict !== 'problem'), checks };
}

const nothingIn = (checks: readonly DoctorCheck[]): RegistryReport => ({
  checks,
  lowFences: 0,
  waiting: [],
  versions: [],
});

const READS = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'];

const ok = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'ok', message });
const warning = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'warning', message });
const problem = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'problem', message });

function ofTable({ status, localIndexes, deletionProtection }: TableFacts): DoctorCheck {
  if (status !== 'ACTIVE') return problem('table', `The table is ${status}: wait until it is ACTIVE.`);
  if (localIndexes.length > 0) {
    const names = localIndexes.join(', ');
    return warning(
      'table',
      `With the local secondary index ${names} no partition may grow beyond 10 GB: use a global one, or none.`,
    );
  }
  if (!deletionProtection) return ok('table', 'It is ACTIVE and has the right keys. Deletion protection is off.');
  return ok('table', 'It is ACTIVE and has the right keys.');
}

function ofRegions({ replicas, stronglyConsistent }: TableFacts): DoctorCheck {
  if (replicas.length === 0) return ok('regions', 'It is written in one region only.');
  const regions = replicas.join(', ');
  if (stronglyConsistent) {
    return problem(
      'regions',
      `It is replicated to ${regions} with strong consistency, which goes without transactions, and Ductile needs them. Use ` +
        'a table of one region.',
    );
  }
  return problem(
    'regions',
    `It is replicated to ${regions}, and a condition holds within one region only: writes in two of them undo each other ` +
      'without an error. Remove the replicas; or see to it that all applications and operators write in one region.',
  );
}

function ofTimeToLive(ttl: TimeToLive, versions: readonly SchemaVersion[]): DoctorCheck {
  const expires = versions.some(({ types }) => Object.values(types).some(({ expiry }) => expiry !== undefined));
  if (ttl.state === 'unknown') {
    return warning(
      'ttl',
      'The TTL setting could not be asked: allow dynamodb:DescribeTimeToLive to have it looked at.',
    );
  }
  if (ttl.state === 'off') {
    if (!expires) return ok('ttl', 'DynamoDB deletes nothing by itself, and no item expires.');
    return warning('ttl', `Items expire, and stay in the table: switch TTL on for the attribute ${own.expiry}.`);
  }
  if (ttl.attribute === own.expiry) return ok('ttl', `DynamoDB deletes what has expired, by ${own.expiry}.`);
  return problem(
    'ttl',
    `DynamoDB deletes rows by the attribute ${ttl.attribute}, one by one: items that are there for Ductile lose some of theirs. ` +
      `Switch that TTL off; ${own.expiry} is the attribute for it.`,
  );
}

function ofActions(denied: readonly string[]): DoctorCheck {
  if (denied.length === 0) return ok('iam', 'These credentials may do all that operators need.');
  return problem('iam', `These credentials may not do ${denied.join(', ')}: allow it in the role's IAM policy.`);
}

async function ofRegistry(gateway: Gateway, { schema, repair, signal }: DoctorOptions): Promise<RegistryReport> {
  let registry: Registry;
  try {
    registry = await Registry.open(gateway);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DuctileError) return nothingIn([problem('registry', error.message)]);
    throw error;
  }
  const { knowledge } = registry;
  if (knowledge.epoch === 0) return nothingIn([problem('registry', 'It is empty: publish the schema.')]);
  const { epoch, schemaName, fenced, shortId } = knowledge;
  const lowFences = await lowFencesOf(gateway, { epoch: fenced, shortId });
  if (lowFences > 0 && repair === true) await registry.raiseFences();
  const stamps = await ofStamps(gateway, knowledge);
  const versions = await ofVersions(gateway, knowledge);
  const waiting = nextSteps(knowledge, await readWorks(gateway));
  const checks = [
    ok('registry', `It has ${epoch.toLocaleString('en-US')} entries of schema '${schemaName}', all of them sound.`),
    ofFences(lowFences, repair === true),
    stamps,
    ...(schema === undefined ? [] : [ofSchema(knowledge, schema, gateway.table)]),
    versions,
    ofWork(waiting),
  ];
  return { checks, lowFences, waiting, versions: [...knowledge.versions.values()].map((each) => each.schema) };
}

function ofFences(low: number, raised: boolean): DoctorCheck {
  if (low === 0) return ok('fences', 'All of them stand as high as they should.');
  if (raised) {
    return ok(
      'fences',
      `${low} of 64 ${low === 1 ? 'was' : 'were'} raised; all of them stand as high as they should now. Run ` +
        '`ductile verify --all`: what was created meanwhile may lack rows.',
    );
  }
  return problem(
    'fences',
    `${low} of 64 ${low === 1 ? 'stands' : 'stand'} below the newest entry that creates have to know, so that a process that ` +
      'slept could create items without knowing it: run `ductile doctor --repair`, then `ductile verify --all`.',
  );
}

const SAMPLE_SEGMENTS = 8;
const SAMPLE_ROWS = 250;

async function ofStamps(gateway: Gateway, knowledge: Knowledge): Promise<DoctorCheck> {
  const MEND = 'End all applications, and run `ductile doctor --restored`.';
  if (!isRestoreSwept(knowledge)) {
    return problem('stamps', `The table was restored, and not every item was brought to its registry. ${MEND}`);
  }
  let rows = 0;
  let orphans = 0;
  for (let index = 0; index < SAMPLE_SEGMENTS; index++) {
    const page = await gateway.scan({ segment: { index, of: SAMPLE_SEGMENTS }, limit: SAMPLE_ROWS });
    for (const row of page.rows) {
      if (!(own.stamp in row)) continue;
      rows++;
      const { epoch, registry } = stampOf(row, gateway.keyOf(row));
      if (registry === knowledge.shortId && epoch <= knowledge.epoch) continue;
      // Every item was brought from there: its row is one that no item has any more, as backups may have them.
      if (isSecondary(row) && knowledge.restored?.former.includes(registry) === true) {
        orphans++;
        continue;
      }
      const what = registry === knowledge.shortId ? `the epoch ${epoch}` : `the registry ${registry}`;
      return problem(
        'stamps',
        `A row is stamped by ${what}, which this table's registry does not know: the table was restored or copied. ${MEND}`,
      );
    }
  }
  if (orphans > 0) {
    return warning(
      'stamps',
      `A sample of ${rows.toLocaleString('en-US')} rows has ${orphans.toLocaleString('en-US')} of before the table was restored, on key paths, whose items are not there: run ` +
        `${isFilling(knowledge) ? '\`ductile backfill run\`, then ' : ''}` +
        '`ductile verify --all --repair`, which tells how each of them is judged.',
    );
  }
  return ok('stamps', `A sample of ${rows.toLocaleString('en-US')} rows is of this registry.`);
}

function ofSchema(knowledge: Knowledge, schema: PublishableSchema, table: string): DoctorCheck {
  try {
    assertSources(knowledge, schema, table);
  } catch (error) {
    // Between a merge and a deploy sources are ahead of the table.
    if (error instanceof NotPublishedError) return warning('schema', error.message);
    if (error instanceof DuctileError) return problem('schema', error.message);
    throw error;
  }
  if (!knowledge.versions.has(schema.version)) {
    return warning(
      'schema',
      `Version ${schema.version} of these sources was withdrawn: publish before you deploy them.`,
    );
  }
  return ok('schema', `Version ${schema.version} is published, with the same content.`);
}

async function ofVersions(gateway: Gateway, { floor, versions }: Knowledge): Promise<DoctorCheck> {
  const since = gateway.serverTime() - UNSEEN_FOR_MS;
  const seen = (await readCensus(gateway)).filter(({ last }) => last > since);
  const stale = seen.find(({ version }) => version < floor.version || !versions.has(version));
  if (stale !== undefined) {
    const build = stale.build === undefined ? '' : `, build '${stale.build}',`;
    return warning(
      'versions',
      `A process of version ${stale.version}${build} was seen within a day, and that version is retired: its writes fail. ` +
        'Deploy a newer one.',
    );
  }
  const numbers = [...new Set(seen.map(({ version }) => version))].sort((a, b) => a - b);
  return ok('versions', numbers.length === 0 ? 'No process was seen within a day.' : `In use: ${numbers.join(', ')}.`);
}

function ofWork(waiting: readonly NextStep[]): DoctorCheck {
  if (waiting.length === 0) return ok('work', 'Nothing waits to be done.');
  return warning('work', waiting.map(({ step, why }) => `${step}: ${why}.`).join(' '));
}
