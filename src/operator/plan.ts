import { isSecondary, own, readPrimary } from '../protocol/row.js';
import { rowSize } from '../table/row-size.js';
import { digestBytes } from './digest.js';
import { assertOperatorOptions, choiceRules, type PlannedStep } from './options.js';
import { epochOf, namesOf, type PathsByType, pathsIn } from './paths.js';
import { segmentsFor } from './segments.js';
import { openSession, type OperatorOptions, type Session } from './session.js';

/** What a million request units cost, in dollars or any other money: prices differ by region and change. */
export interface Prices {
  readonly perMillionWrites: number;
  readonly perMillionReads: number;
}

export interface PlanChoice {
  /** `backfill` unless said otherwise. A retire brings every item to its epoch; so does a drop. */
  readonly step?: PlannedStep;
  /** What a request unit costs; without it nothing is said about money. */
  readonly prices?: Prices;
}

export interface PlanOptions extends OperatorOptions, PlanChoice {}

/** What a pass over the table will come to, about. */
export interface Plan {
  readonly step: PlannedStep;
  /** Items, and all rows of the table, as DynamoDB counts them: up to six hours old. */
  readonly items: number;
  readonly rows: number;
  readonly bytes: number;
  /** How many of the items are behind, and will be written: those that nobody has written since, as applications do. */
  readonly behind: number;
  /**
   * Request units, in all. A verify of a table that applications write to meanwhile reads it once more, and each row that
   * may have changed while it was read the first time: up to one unit or two for each row.
   */
  readonly readUnits: number;
  readonly writeUnits: number;
  /** In the money of the prices. */
  readonly cost?: number;
  /** In milliseconds, within `maxWcu` and `maxRcu`; absent where neither is given. */
  readonly duration?: number;
  /** How many rows were looked at to know that. */
  readonly sampled: number;
}

/** So many rows tell enough: the error of a share is then some two per cent. */
const SAMPLE_ROWS = 2_000;
const SAMPLE_SEGMENTS = 8;

/**
 * The planner: what a step will come to that passes over the table and begins now. It counts on what DescribeTable says of
 * the table, which is up to six hours old, and on a sample of its rows: nothing is written.
 *
 * Costs a DescribeTable, a Query of the registry, and 8 Scan requests of at most 250 rows each.
 *
 * @example
 * await plan({ schema: shop, table: 'shop', client, maxWcu: 1_000, prices: { perMillionWrites: 0.625, perMillionReads: 0.125 } });
 * // { step: 'backfill', items: 1_200_000, behind: 1_150_000, writeUnits: 4_600_000, cost: 2.9, duration: 4_600_000, … }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws DamagedRowError where a row cannot be understood
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  assertOperatorOptions('plan', options, { step: choiceRules.step, prices: choiceRules.prices });
  return planIn(await openSession(options), options);
}

/** `plan`, in a session that is open. */
export async function planIn(
  session: Session,
  options: PlanChoice & Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>,
): Promise<Plan> {
  const sample = await sampleOf(session, options.step ?? 'backfill');
  return planFor(session.size ?? { rows: sample.rows, bytes: sample.bytes }, sample, options);
}

/** What a sample of the table's rows showed. */
export interface Sample {
  readonly rows: number;
  readonly bytes: number;
  readonly items: number;
  readonly behind: number;
  /** Write units of the transactions that bring those to the epoch. */
  readonly writeUnits: number;
  /** How many key paths are digested: those that are strict, for a verify. */
  readonly digested: number;
}

async function sampleOf({ gateway, registry }: Session, step: PlannedStep): Promise<Sample> {
  const { knowledge } = registry;
  const filled = pathsIn(knowledge, 'expand');
  const digested = step === 'verify' ? namesOf(pathsIn(knowledge, 'strict')).length : 0;
  const sum = { rows: 0, bytes: 0, items: 0, behind: 0, writeUnits: 0, digested };
  for (let index = 0; index < SAMPLE_SEGMENTS; index++) {
    const limit = SAMPLE_ROWS / SAMPLE_SEGMENTS;
    const { rows } = await gateway.scan({ segment: { index, of: SAMPLE_SEGMENTS }, limit });
    for (const row of rows) {
      const bytes = rowSize(row);
      sum.rows++;
      sum.bytes += bytes;
      if (!(own.type in row) || isSecondary(row)) continue;
      const item = readPrimary(row, gateway.keyOf(row));
      sum.items++;
      if (item.epoch >= epochFor(step, item.type, filled)) continue;
      sum.behind++;
      // The primary row, and one on each secondary key path: those that it has not yet are as large.
      const paths = Math.max(1, knowledge.demanded.get(item.type)?.length ?? 1);
      sum.writeUnits += paths * writeUnitsOf(bytes) * (paths === 1 ? 1 : TRANSACTION);
    }
  }
  return sum;
}

/** The epoch that a step brings items of a type to. */
function epochFor(step: PlannedStep, type: string, filled: PathsByType): number {
  if (step === 'verify') return 0;
  // The entry is yet to be appended to which they bring all items.
  if (step !== 'backfill') return Infinity;
  const ofType = filled.get(type);
  return ofType === undefined ? 0 : epochOf(ofType);
}

/** DynamoDB counts a write in a transaction twice. */
const TRANSACTION = 2;
const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;

const writeUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
const readUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));

/** What it costs to write down the digests of a key path, of all segments. */
const digestUnits = (rows: number, segments: number): number =>
  segments * writeUnitsOf(digestBytes(Math.ceil(rows / segments), segments));

/** What a sample says about a whole table. Pure. */
export function planFor(
  table: { readonly rows: number; readonly bytes: number },
  sample: Sample,
  { step = 'backfill', maxWcu, maxRcu, prices }: PlanChoice & Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>,
): Plan {
  // A table that was filled within the last hours may have more rows than DynamoDB says.
  const rows = Math.max(table.rows, sample.rows);
  const bytes = Math.max(table.bytes, sample.bytes);
  const whole = (part: number): number => (sample.rows === 0 ? 0 : Math.round((part / sample.rows) * rows));
  const readUnits = readUnitsOf(bytes);
  const writeUnits = whole(sample.writeUnits) + sample.digested * digestUnits(rows, segmentsFor({ rows, bytes }));
  const seconds = Math.max(
    maxWcu === undefined ? 0 : writeUnits / maxWcu,
    maxRcu === undefined ? 0 : readUnits / maxRcu,
  );
  return {
    step,
    items: whole(sample.items),
    rows,
    bytes,
    behind: whole(sample.behind),
    readUnits,
    writeUnits,
    ...(prices === undefined
      ? {}
      : { cost: (writeUnits * prices.perMillionWrites + readUnits * prices.perMillionReads) / 1e6 }),
    ...(maxWcu === undefined && maxRcu === undefined ? {} : { duration: Math.ceil(seconds * 1_000) }),
    sampled: sample.rows,
  };
}
