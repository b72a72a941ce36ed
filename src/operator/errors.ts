import { DuctileError } from '../errors/ductile-error.js';
import { printKey } from '../protocol/errors.js';
import type { RowKey } from '../values/attribute-value.js';
import { isError } from '../fields/kinds.js';
import type { VerifyRecord } from '../registry/content.js';
import type { PassedOver } from './passed-over.js';
import { type KeyPathName, leftBy } from './paths.js';

/**
 * Key paths cannot be promoted: they are not filled yet, or their last verify is missing or found items that are not on
 * them. `facts.keyPaths` lists them all; the other facts are those of the first.
 */
export class NotVerifiedError extends DuctileError {
  static override readonly code = 'NOT_VERIFIED';

  constructor(paths: readonly [PathInTheWay, ...PathInTheWay[]]) {
    super([...paths.map(reason), wayOn(paths.map(({ found }) => found))].join(' '), {
      ...factsOf(paths[0]),
      keyPaths: paths.map(factsOf),
    });
  }
}

/** A key path that keeps itself and others from being promoted. */
export interface PathInTheWay extends KeyPathName {
  /** What its last verify found, or why there is none that counts. */
  readonly found: Findings | 'not filled' | 'not verified';
}

type Findings = Pick<VerifyRecord, 'missing' | 'open' | 'dangling' | 'damaged' | 'repaired'>;

const factsOf = ({ type, keyPath, found }: PathInTheWay) => ({
  type,
  keyPath,
  ...(typeof found === 'object' ? { missing: found.missing, open: found.open } : {}),
});

function reason({ type, keyPath, found }: PathInTheWay): string {
  const path = `key path ${keyPath} of ${type}`;
  if (found === 'not verified') return `The ${path} was not verified since it became strict.`;
  if (found === 'not filled') {
    return `The ${path} is not filled yet: items that were written before it was published may be missing from it.`;
  }
  const counts = [
    ...(found.open > 0 ? [`${found.open} open (another item has the key)`] : []),
    ...(found.missing > 0 ? [`${found.missing} faulty (the item and its row do not agree)`] : []),
  ];
  return `The last verify of the ${path} found ${counts.join(' and ')}.`;
}

/** What is to be done before all of them can be promoted, in its order. */
function wayOn(found: readonly PathInTheWay['found'][]): string {
  const findings = found.filter((each) => typeof each === 'object');
  const isOpen = findings.some(({ open }) => open > 0);
  const left = findings.map(leftBy);
  return [
    ...(isOpen ? ['Where it is open, change or delete one of the two items that have one key.'] : []),
    ...(left.includes('others') ? ['What no repair mends is for a person to mend: inspect the items.'] : []),
    ...(left.includes('orphans')
      ? ['What a repair has left are rows whose item is gone, each perhaps its last copy.']
      : []),
    wayToMend(left) ?? `Run ${found.includes('not filled') ? 'backfill, ' : ''}verify, then promote again.`,
  ].join(' ');
}

function wayToMend(left: readonly ReturnType<typeof leftBy>[]): string | undefined {
  if (left.includes('orphans')) {
    return "Inspect them, then run verify with repair: true, orphans: 'delete' (`ductile verify --repair --delete-orphans`), then promote again.";
  }
  if (!left.includes('unmended')) return undefined;
  return 'Run verify with repair: true (`ductile verify --repair`), which mends what is faulty, then promote again.';
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

/**
 * A pass over the table went on past rows that nothing can be done with before somebody mends them, and so cannot end.
 * `facts.first` lists them.
 */
export class RowsPassedOverError extends DuctileError {
  static override readonly code = 'ROWS_PASSED_OVER';

  constructor(table: string, { count, first }: PassedOver) {
    const [example] = first;
    super(
      `The backfill of table ${table} went on past ${count === 1 ? 'a row' : `${count} rows`} that nothing can be done with` +
        `${example === undefined ? '' : `: ${sentence(new Error(example.message))}`} Mend ${count === 1 ? 'it' : 'them'} ` +
        '(`ductile backfill run` lists them all); it goes on by itself then.',
      { table, count, first },
    );
  }
}

/** A pass that was to be cancelled is being worked on. Nothing was changed. */
export class WorkBusyError extends DuctileError {
  static override readonly code = 'WORK_BUSY';

  constructor(work: string, table: string, workers: number) {
    super(
      `${workers === 1 ? 'A worker is' : `${workers} workers are`} at the pass '${work}' over table ${table}, and would begin it ` +
        'anew. End them first, or wait: one that was killed counts for 15 seconds more.',
      { work, table, workers },
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
  if (!isError(cause)) return 'what it threw is no Error.';
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

/** A data job that says that it only reads wrote. */
export class OnlyReadsError extends DuctileError {
  static override readonly code = 'ONLY_READS';

  constructor(job: string, table: string) {
    super(
      `The job ${job} says onlyReads: true, and it writes to table ${table}: nothing was written. Take onlyReads away, or ` +
        'what changes an item, returns delete, or writes through the store.',
      { job, table },
    );
  }
}
