import type { TableSize } from '../dynamo/table.js';
import type { SchemaWarning } from '../schema/warnings.js';
import { pageRowsFor } from '../work/pace.js';
import type { Forecast } from '../work/work.js';
import { bytesMet } from './bytes-met.js';
import { digestBytes } from './digest.js';
import type { PlannedStep } from './options.js';
import { nothingPassedOver, type PassedOver } from './passed-over.js';
import { type Sample, type SampledItems, writeUnitsOf } from './plan-sample.js';
import { cutOf } from './segments.js';
import type { OperatorOptions } from './session.js';

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
  /** Of a verify: that it is to be one of all key paths, as `verify` takes it. */
  readonly all?: boolean;
}

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
  // In one piece each row and what its item wants of it leave nothing.
  const ofPath = segments === 1 ? 1 : segments * writeUnitsOf(digestBytes(Math.ceil(rows / segments), segments));
  return digested * ofPath + Math.floor(bytes / PAGE_BYTES);
}

const PAGE_BYTES = 2 ** 20;

/** What a pass comes to that digests key paths, with their older readings, or only reads. Pure. */
export function readingFigures(
  { rows, bytes }: TableSize,
  digested: number,
  segments: number,
): Omit<Forecast, 'table'> {
  return { read: readUnitsOf(bytes), write: verifyUnits(digested, { rows, bytes, segments }) };
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
  const page = { bytes: Math.min(PAGE_BYTES, bytes / segments), rows: pageRowsFor(maxRcu) ?? Infinity };
  const { left, begun } = sample.passes ?? { left: 1 };
  const yet = bytesMet({
    table: { rows, bytes },
    made: whole(sum('madeBytes')),
    page,
    ...(begun === undefined ? {} : { begun }),
  });
  const readUnits = left === 0 ? 0 : (left - 1) * readUnitsOf(bytes) + readUnitsOf(yet);
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
