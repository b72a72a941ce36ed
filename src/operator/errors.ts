import { DuctileError } from '../errors/ductile-error.js';
import { printKey } from '../protocol/errors.js';
import type { RowKey } from '../values/attribute-value.js';

/** A key path cannot be promoted: it is not filled yet, or its last verify is missing or found items that are not on it. */
export class NotVerifiedError extends DuctileError {
  static override readonly code = 'NOT_VERIFIED';

  constructor(type: string, keyPath: string, found: Findings | 'not filled' | undefined) {
    super(reason(type, keyPath, found), { type, keyPath, ...(typeof found === 'object' ? countsOf(found) : {}) });
  }
}

interface Findings {
  readonly missing: number;
  readonly open: number;
}

const countsOf = ({ missing, open }: Findings): Findings => ({ missing, open });

function reason(type: string, keyPath: string, found: Findings | 'not filled' | undefined): string {
  if (found === undefined) {
    return `The key path ${keyPath} of ${type} was not verified since it became strict. Run verify, then promote again.`;
  }
  if (found === 'not filled') {
    return (
      `The key path ${keyPath} of ${type} is not filled yet: items that were written before it was published may be ` +
      'missing from it. Run backfill, verify, then promote again.'
    );
  }
  return (
    `The last verify of the key path ${keyPath} of ${type} found ${found.open} open entries (items whose key another ` +
    `item has) and ${found.missing} other faults. Change or delete one of the two items of each conflict, mend the ` +
    'rows that verify reported, run verify, then promote again.'
  );
}

/** There is nothing of Ductile's at the key that was to be inspected. */
export class NoSuchRowError extends DuctileError {
  static override readonly code = 'NO_SUCH_ROW';

  constructor(table: string, key: string | RowKey, tried: readonly RowKey[]) {
    super(
      tried.length === 0
        ? `No key path of any published version looks like ${JSON.stringify(key)}. Write a key path with its values, such ` +
            "as '/customer-7f/order-a1', dates as ISO text; or name the row by its two key attributes."
        : `There is no row of Ductile's in table ${table} at ${tried.map(printKey).join(' or ')}.`,
      { table, key },
    );
  }
}

/** No pass over the table has the id that was named. Nothing was changed. */
export class NoSuchWorkError extends DuctileError {
  static override readonly code = 'NO_SUCH_WORK';

  constructor(work: string, table: string) {
    super(
      `There is no pass '${work}' over table ${table}, or no more. \`ductile status\`, or works({ … }), shows those that ` +
        'there are; a step that still waits for its drain has begun none.',
      { work, table },
    );
  }
}

/** A data job, or the write of what it changed, failed for an item; `cause` is the error. */
export class JobFailedError extends DuctileError {
  static override readonly code = 'JOB_FAILED';

  constructor(job: string, type: string, key: RowKey, cause: unknown) {
    super(
      `The job ${job} failed for the ${type} at ${printKey(key)}: ${sentence(cause)} Mend the job or the item and run it again, ` +
        "which goes on from the last checkpoint; or have such items passed over with onError: 'skip' (--on-error skip).",
      { job, type, key },
      { cause },
    );
  }
}

/** What an error of others says, in one line, so that a sentence may follow it. */
function sentence(cause: unknown): string {
  if (!(cause instanceof Error)) return 'what it threw is no Error.';
  return cause.message
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<![.!?])$/, '.');
}

/** A data job wrote through its store in a dry run. */
export class DryRunWriteError extends DuctileError {
  static override readonly code = 'DRY_RUN_WRITE';

  constructor(job: string, table: string) {
    super(
      `The job ${job} writes other items of table ${table} through its store, and this is a dry run: nothing was ` +
        'written. Leave such writes out where dryRun is true in what each() is given.',
      { job, table },
    );
  }
}
