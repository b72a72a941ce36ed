import type { Gateway } from '../table/gateway.js';
import { DryRunWriteError } from './errors.js';
import { gatewayOver } from '../table/gateway-over.js';
import { ItemError, type JobItems, type Wanted } from './job-items.js';
import type { JobReport, JobSample } from './job.js';

/** A gateway through which nothing is written. */
export function readOnly(gateway: Gateway, job: string): Gateway {
  return gatewayOver(gateway, { write: () => Promise.reject(new DryRunWriteError(job, gateway.table)) });
}

/**
 * Calls a job for the first items that a scan meets, and writes nothing. Costs a Scan of the table as far as so many
 * items are found.
 *
 * @throws the signal's reason, between two items
 */
export async function sampleOf<T extends object>(
  gateway: Gateway,
  items: JobItems<T>,
  most: number,
  signal: AbortSignal,
): Promise<JobReport> {
  const sample: JobSample[] = [];
  let after: ReturnType<Gateway['keyOf']> | undefined;
  do {
    const page = await gateway.scan(after === undefined ? {} : { after });
    for (const row of page.rows) {
      if (sample.length === most) break;
      signal.throwIfAborted();
      if (!items.has(row)) continue;
      const one = await sampled(gateway, items, row);
      if (one !== undefined) sample.push(one);
    }
    after = page.last;
  } while (after !== undefined && sample.length < most);
  const count = (outcome: JobSample['outcome']): number => sample.filter((each) => each.outcome === outcome).length;
  const failed = sample.filter(({ outcome }) => outcome === 'failed').map(({ key }) => key);
  return {
    items: sample.length,
    changed: count('changed'),
    deleted: count('deleted'),
    skipped: failed.length,
    firstSkipped: failed.slice(0, 10),
    finished: true,
    endedBefore: false,
    elsewhere: false,
    sample,
  };
}

async function sampled<T extends object>(
  gateway: Gateway,
  items: JobItems<T>,
  row: Parameters<Gateway['keyOf']>[0],
): Promise<JobSample | undefined> {
  const key = gateway.keyOf(row);
  let wanted: Wanted<T>;
  try {
    wanted = await items.ask(row, key, 1);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    return { key, outcome: 'failed', fields: [], error: error.cause };
  }
  if (wanted.kind === 'gone') return undefined;
  return { key, outcome: wanted.kind, fields: wanted.kind === 'changed' ? wanted.fields : [] };
}
