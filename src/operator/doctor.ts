import { deniedActions, type TableFacts, tableFacts, type TimeToLive, timeToLive } from '../dynamo/table-facts.js';
import { assertTable } from '../dynamo/table.js';
import { DuctileError } from '../errors/ductile-error.js';
import { own } from '../protocol/row.js';
import { readCensus, type Release } from '../registry/census.js';
import { assertSources } from '../registry/check.js';
import { NotPublishedError } from '../registry/errors.js';
import { lowFences as lowFencesOf } from '../registry/fences.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { Registry } from '../registry/registry.js';
import type { Gateway } from '../table/gateway.js';
import { UNSEEN_FOR_MS } from './census.js';
import { gatewayHeeding } from '../table/gateway-over.js';
import { type DoctorCheck, ok, problem, warning } from './doctor-check.js';
import { ofRows, ofStamps } from './doctor-rows.js';
import { sampleRows } from './doctor-sample.js';
import { assertPlaceOptions, choiceRules } from './options.js';
import { losesResumes } from './resumes.js';
import { gatewayOf, type PlaceOptions } from './session.js';
import type { SchemaVersion } from '../schema/model.js';
import { readWorks } from '../work/works.js';
import { type NextStep, nextSteps } from './next-steps.js';

export type { CheckName, DoctorCheck } from './doctor-check.js';

export interface DoctorOptions extends PlaceOptions {
  /** True to raise fences that somebody deleted or set back: 65 writes. Nothing else is written. */
  readonly repair?: boolean;
  /** The schema as some sources have it, to be compared with the table's; nothing is compared without. */
  readonly schema?: PublishableSchema;
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
 * The doctor: looks at everything that Ductile relies on. The table's keys, its regions and its TTL setting; its engine; what
 * the client's credentials may do; the registry, its fences, and whether sources that are given agree with it; a sample of
 * rows: their stamps, which tell a table that was restored, and whether every version can read them; versions that are in use
 * and retired; and what waits to be done. Nothing is
 * written, unless `repair` is asked for.
 *
 * Costs two DescribeTable, a DescribeTimeToLive, a Query each of the registry, of the census and of the passes, 8 Scan
 * requests of at most 250 rows and one of one row, 64 reads of fences, and what the permissions are tried with: 3 reads, and writes of 4 units that are refused.
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
  const sample = await sampleRows(gateway, knowledge);
  const losing = await losesResumes(gateway);
  const versions = await ofVersions(gateway, knowledge);
  const waiting = nextSteps(knowledge, await readWorks(gateway));
  const checks = [
    ok('registry', `It has ${epoch.toLocaleString('en-US')} entries of schema '${schemaName}', all of them sound.`),
    ofEngine(losing),
    ofFences(lowFences, repair === true),
    ofRows(sample),
    ofStamps(knowledge, schema, sample),
    ...(schema === undefined ? [] : [ofSchema(knowledge, schema, gateway.table)]),
    versions,
    ofWork(waiting),
  ];
  return { checks, lowFences, waiting, versions: [...knowledge.versions.values()].map((each) => each.schema) };
}

function ofEngine(losing: boolean): DoctorCheck {
  if (!losing) return ok('engine', 'Its scans go on after a row that is gone.');
  return warning(
    'engine',
    'A page of a segmented scan that begins after a row which is gone is empty on this engine, as if nothing followed (Dynoxide ' +
      '1.2.1 has this fault). So passes go over the table in one piece, by one worker at a time, and --segments above 1 is ' +
      'refused.',
  );
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

async function ofVersions(gateway: Gateway, knowledge: Knowledge): Promise<DoctorCheck> {
  const { floor, versions, withdrawn } = knowledge;
  const since = gateway.serverTime() - UNSEEN_FOR_MS;
  const seen = (await readCensus(gateway)).filter(({ last }) => last > since);
  const processOf = ({ version, build }: Release): string =>
    `A process of version ${version}${build === undefined ? '' : `, build '${build}',`} was seen within a day`;
  const lost = seen.find(({ version }) => !versions.has(version) && version >= floor.version);
  if (lost !== undefined && withdrawn.every(({ version }) => version !== lost.version)) {
    return problem(
      'versions',
      `${processOf(lost)}, and the registry has no such version: its entries were lost, as in a table that was restored from ` +
        `a backup made before. Run \`ductile publish\` with the sources of version ${lost.version}, then \`ductile doctor --restored\`.`,
    );
  }
  const stale = lost ?? seen.find(({ version }) => version < floor.version);
  if (stale !== undefined) {
    const what = lost === undefined ? 'retired' : 'withdrawn';
    return warning(
      'versions',
      `${processOf(stale)}, and that version is ${what}: its writes fail. Deploy ${lost === undefined ? 'a newer one' : 'another one'}.`,
    );
  }
  const numbers = [...new Set(seen.map(({ version }) => version))].sort((a, b) => a - b);
  return ok('versions', numbers.length === 0 ? 'No process was seen within a day.' : `In use: ${numbers.join(', ')}.`);
}

function ofWork(waiting: readonly NextStep[]): DoctorCheck {
  if (waiting.length === 0) return ok('work', 'Nothing waits to be done.');
  return warning('work', waiting.map(({ step, why }) => `${step}: ${why}.`).join(' '));
}
