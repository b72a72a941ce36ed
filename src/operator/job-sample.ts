import { gatewayOver } from '../table/gateway-over.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { Pace } from '../work/pace.js';
import { DryRunWriteError, OnlyReadsError } from './errors.js';
import { ItemError, type JobItems, type Wanted } from './job-items.js';
import type { JobProgress, JobReport, JobSample } from './job.js';

/** Rows of a page: most samples are found in less than a request reads that has no limit. */
const PAGE = 250;

/** What a dry run is called with. */
export interface SampleOptions {
  readonly job: { readonly name: string };
  /** How many items at most. */
  readonly sample: number;
  readonly signal: AbortSignal;
  readonly maxRcu?: number;
  readonly timeLimit?: number;
  readonly onProgress?: (progress: JobProgress) => void;
}

/** A gateway through which nothing is written. */
export function readOnly(gateway: Gateway, job: string, isDryRun = true): Gateway {
  const refusal = isDryRun ? DryRunWriteError : OnlyReadsError;
  return gatewayOver(gateway, { write: () => Promise.reject(new refusal(job, gateway.table)) });
}

/**
 * Calls a job for the first items that a scan meets, and writes nothing. Costs a Scan of the table as far as so many
 * items are found.
 *
 * @throws the signal's reason, before a page or between two items
 */
export async function sampleOf<T extends object>(
  gateway: Gateway,
  items: JobItems<T>,
  { job, sample: most, signal, maxRcu, timeLimit = Infinity, onProgress }: SampleOptions,
): Promise<JobReport> {
  const sample: JobSample[] = [];
  let changed = 0;
  const tell = (): void => onProgress?.({ step: 'job', job: job.name, items: sample.length, changed });
  const pace = new Pace(gateway, 1);
  pace.share({ read: maxRcu, write: undefined });
  const deadline = gateway.elapsed() + timeLimit;
  const mayGoOn = async (): Promise<boolean> => {
    const goesOn = await pace.take({ signal, goesOn: () => gateway.elapsed() < deadline });
    signal.throwIfAborted();
    return goesOn;
  };
  /** False where the time was over before the sample was whole. */
  const look = async (): Promise<boolean> => {
    let after: RowKey | undefined;
    do {
      if (!(await mayGoOn())) return false;
      const page = await gateway.scan({ limit: PAGE, ...(after === undefined ? {} : { after }) });
      tell();
      for (const row of page.rows.filter((each) => items.has(each))) {
        if (!(await mayGoOn())) return false;
        const one = await sampled(gateway, items, row);
        if (one === undefined) continue;
        sample.push(one);
        if (one.outcome === 'changed') changed++;
        tell();
        if (sample.length === most) return true;
      }
      after = page.last;
    } while (after !== undefined);
    return true;
  };
  return reportOf(sample, await look());
}

function reportOf(sample: readonly JobSample[], finished: boolean): JobReport {
  const count = (outcome: JobSample['outcome']): number => sample.filter((each) => each.outcome === outcome).length;
  const failed = sample.filter(({ outcome }) => outcome === 'failed').map(({ key }) => key);
  return {
    items: sample.length,
    changed: count('changed'),
    deleted: count('deleted'),
    skipped: failed.length,
    firstSkipped: failed.slice(0, 10),
    finished,
    endedBefore: false,
    elsewhere: false,
    killed: false,
    own: { items: sample.length, changed: count('changed'), deleted: count('deleted'), skipped: failed.length },
    sample,
  };
}

async function sampled<T extends object>(
  gateway: Gateway,
  items: JobItems<T>,
  row: AttributeMap,
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
