import { pendingWarnings } from '../registry/pending-warnings.js';
import type { SchemaWarning } from '../schema/warnings.js';
import { digestBytes } from './digest.js';
import { assertOperatorOptions, choiceRules, type PlannedStep } from './options.js';
import { nothingPassedOver, type PassedOver } from './passed-over.js';
import { type Sample, type SampledItems, sampleOf, writeUnitsOf } from './plan-sample.js';
import { pageRowsFor } from '../work/pace.js';
import { readWorks } from '../work/works.js';
import { aheadOf } from './ahead.js';
import { cutOf } from './segments.js';
import { openReadingSession, type OperatorOptions, type PlaceOptions, type Session } from './session.js';

/** What a million request units cost, in dollars or any other money: prices differ by region and change. */
export interface Prices {
  readonly perMillionWrites: number;
  readonly perMillionReads: number;
}

export interface PlanChoice {
  /**
   * `backfill` unless said otherwise. A retire, a drop and a `mendRestored` bring every item to their epoch; so does a
   * withdraw of the newest version, once rows were written since it was published. One that was begun has as much before it as is left.
   */
  readonly step?: PlannedStep;
  /** What a request unit costs; without it nothing is said about money. */
  readonly prices?: Prices;
}

/** `maxWcu` and `maxRcu` are the limits that the step would have. */
export interface PlanOptions extends PlaceOptions, Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>, PlanChoice {}

/** What a pass over the table will come to, about. */
export interface Plan {
  readonly step: PlannedStep;
  readonly items: number;
  /** All rows of the table, as DynamoDB counts them: up to six hours old. */
  readonly rows: number;
  /** Likewise; more where the sample's rows are larger. */
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
  /** Rows of the sample that the step would go on past: mend them before. A larger table has more of them. */
  readonly passedOver: PassedOver;
  /** How many rows were looked at to know that, 2,048 at most: with 200 a figure may be off by some 15 per cent. */
  readonly sampled: number;
  /** What the schema's warnings say of key paths that are not promoted; absent where there are none. */
  readonly warnings?: readonly SchemaWarning[];
}

/**
 * The planner: what a step will come to that passes over the table and begins now. It counts on what DescribeTable says of
 * the table, which is up to six hours old, and on a sample of its rows. As far as the table has grown or shrunk since,
 * the figures are off; and further where rows of one partition key are most of the table and unlike all others. Nothing is
 * written.
 *
 * Costs a DescribeTable, a Query of the registry and one of the passes, 64 Scan requests of at most 32 rows each (on a loopback
 * endpoint 8 of 256), and one of one row.
 *
 * @example
 * await plan({ table: 'shop', client, maxWcu: 1_000, prices: { perMillionWrites: 0.625, perMillionReads: 0.125 } });
 * // { step: 'backfill', items: 1_200_000, behind: 1_150_000, writeUnits: 4_600_000, cost: 2.9, duration: 4_600_000, … }
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError where no version is published
 * @throws WithdrawRefusedError for a withdraw, where the newest version cannot be withdrawn
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  assertOperatorOptions('plan', options, { step: choiceRules.step, prices: choiceRules.prices });
  return planIn(await openReadingSession(options), options);
}

/** `plan`, in a session that is open. */
export async function planIn(
  session: Session,
  options: PlanChoice & Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>,
): Promise<Plan> {
  const { gateway, registry, size } = session;
  const step = options.step ?? 'backfill';
  const ahead = aheadOf(registry.knowledge, step);
  const sample = await sampleOf(session, step, ahead);
  const begun = ahead.pass === undefined ? undefined : (await readWorks(gateway)).find(({ id }) => id === ahead.pass);
  const passes = { left: ahead.passes, read: begun?.consumed.read ?? 0 };
  const planned = planFor(size ?? { rows: sample.rows, bytes: sample.bytes }, { ...sample, passes }, options);
  const warnings = pendingWarnings(session.registry.knowledge);
  return warnings.length === 0 ? planned : { ...planned, warnings };
}

const READ_UNIT_BYTES = 4_096;

const readUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));

interface Cut {
  readonly rows: number;
  readonly bytes: number;
  readonly segments: number;
}

/** What it costs to write down the digests of key paths, of all segments; and how far the pass has come, with each page. */
function verifyUnits(digested: number, { rows, bytes, segments }: Cut): number {
  if (digested === 0) return 0;
  const ofPath = segments * writeUnitsOf(digestBytes(Math.ceil(rows / segments), segments));
  return digested * ofPath + Math.floor(bytes / PAGE_BYTES);
}

const PAGE_BYTES = 2 ** 20;

/**
 * Which share of the rows that a pass makes it meets: those that come after the page at which it is. That is half of them where
 * the pages are many, and none where there is one.
 */
function metOfMade(bytes: number, rows: number, segments: number, maxRcu: number | undefined): number {
  if (bytes === 0) return 0;
  const ofRows = ((pageRowsFor(maxRcu) ?? Infinity) * bytes) / Math.max(1, rows);
  return (1 - Math.min(PAGE_BYTES, ofRows, bytes / segments) / bytes) / 2;
}

/** What a sample says about a whole table. Pure. */
export function planFor(
  table: { readonly rows: number; readonly bytes: number },
  sample: Sample,
  { step = 'backfill', maxWcu, maxRcu, prices }: PlanChoice & Pick<OperatorOptions, 'maxWcu' | 'maxRcu'>,
): Plan {
  // A table that was filled within the last hours may have more rows, and larger ones, than DynamoDB says.
  const rows = Math.max(table.rows, sample.rows);
  const bytes = Math.max(table.bytes, sample.rows === 0 ? 0 : Math.round((sample.bytes / sample.rows) * rows));
  const sum = (what: keyof SampledItems): number => sample.types.reduce((total, each) => total + each[what], 0);
  const known = sum('rows') + sample.foreignRows;
  const whole = (part: number): number => (known === 0 ? 0 : Math.round((part / known) * (rows - sample.ownRows)));
  const { segments } = cutOf({ size: { rows, bytes }, gateway: { loopback: sample.isWhole === true } }, {});
  const met = bytes + whole(sum('madeBytes')) * metOfMade(bytes, rows, segments, maxRcu);
  const { left, read } = sample.passes ?? { left: 1, read: 0 };
  const readUnits = left === 0 ? 0 : Math.max(0, (left - 1) * readUnitsOf(bytes) + readUnitsOf(met) - Math.round(read));
  const writeUnits = whole(sum('writeUnits')) + verifyUnits(sample.digested, { rows, bytes, segments });
  const seconds = Math.max(
    maxWcu === undefined ? 0 : writeUnits / maxWcu,
    maxRcu === undefined ? 0 : readUnits / maxRcu,
  );
  return {
    step,
    items: whole(sum('items')),
    rows,
    bytes,
    behind: whole(sum('behind')),
    readUnits,
    writeUnits,
    ...(prices === undefined
      ? {}
      : { cost: (writeUnits * prices.perMillionWrites + readUnits * prices.perMillionReads) / 1e6 }),
    ...(maxWcu === undefined && maxRcu === undefined ? {} : { duration: Math.ceil(seconds * 1_000) }),
    passedOver: sample.passedOver ?? nothingPassedOver,
    sampled: sample.rows,
  };
}
