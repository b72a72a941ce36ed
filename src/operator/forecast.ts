import type { Forecast } from '../work/work.js';
import type { Ahead } from './ahead.js';
import { planFor, readingFigures } from './plan-figures.js';
import { sampleOf } from './plan-sample.js';
import { cutOf } from './segments.js';
import type { Session, StepOptions } from './session.js';

/** A sample of so many rows may be a part of the table only. */
const WHOLE_TABLE = 1_024;

/** A sample that has so many times the rows of which DynamoDB knows says that it knows little of the table yet. */
const GROWN = 1.2;

/**
 * What a pass will come to that brings items to an epoch, as it begins: written down with it, so that everybody can tell how much
 * is done and how long the rest takes. Undefined where the table is larger than DynamoDB knows yet. Costs what `sampleOf` does.
 */
export async function forecastOf(
  session: Session,
  ahead: Ahead,
  { maxRcu, signal }: Pick<StepOptions, 'maxRcu' | 'signal'>,
): Promise<Forecast | undefined> {
  const sample = await sampleOf(session, ahead, signal);
  const { size = { rows: 0, bytes: 0 } } = session;
  if (sample.rows > Math.max(GROWN * size.rows, WHOLE_TABLE)) return undefined;
  const { readUnits, writeUnits, rows, bytes } = planFor(size, sample, maxRcu === undefined ? {} : { maxRcu });
  return { read: readUnits, write: writeUnits, table: { rows, bytes } };
}

/** The same of a pass that reads the table, and digests key paths. Sends nothing. */
export function readingForecast(
  session: Session,
  options: Pick<StepOptions, 'segments'>,
  digested = 0,
): Forecast | undefined {
  const { size } = session;
  if (size === undefined || size.rows === 0) return undefined;
  const { segments } = cutOf(session, options);
  return { ...readingFigures(size, digested, segments), table: { rows: size.rows, bytes: size.bytes } };
}
