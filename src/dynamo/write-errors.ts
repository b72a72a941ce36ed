import type { AttributeMap } from '../values/attribute-value.js';
import type { Refusal } from '../table/gateway.js';
import {
  GroupFullError,
  ThrottledError,
  TokenReusedError,
  TransactionConflictError,
  WriteRejectedError,
} from './errors.js';

/**
 * True where the status of an answer proves that this attempt wrote nothing: DynamoDB (or what stands before it)
 * refused the request. After a good answer that cannot be read it may have, as after a 5xx, and after the timeout of
 * a proxy (408).
 */
export function isDefiniteStatus(status: number): boolean {
  return status >= 300 && status < 500 && status !== 408;
}

/** What an error that a write met with a definite answer means for it. */
export type WriteVerdict =
  /** Conditions failed: nothing was written. */
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  /**
   * Others were in the way: nothing was written by this attempt, and the same content may be sent again. Conditions
   * that were seen to fail as well are in `refusals`; `exhausted` is what to throw when there are no attempts left.
   */
  | { readonly kind: 'retry'; readonly refusals: readonly Refusal[]; readonly exhausted: Error }
  | { readonly kind: 'throw'; readonly error: unknown };

/** The one place where the errors of writes are told apart. `table` is for messages. */
export function judgeWriteError(error: unknown, table: string, what: Request = 'write'): WriteVerdict {
  switch (nameOf(error)) {
    case 'ConditionalCheckFailedException':
      return { kind: 'refused', refusals: [{ action: 0, row: (error as { Item?: AttributeMap }).Item }] };
    case 'TransactionCanceledException':
      return judgeCancellation(error as CancelledTransaction, table, what);
    case 'TransactionConflictException':
    case 'TransactionInProgressException':
      return { kind: 'retry', refusals: [], exhausted: conflict(error, table, what) };
    // The SDK sends these again by itself, but gives up soon.
    case 'ProvisionedThroughputExceededException':
    case 'RequestLimitExceeded':
    case 'ThrottlingException':
      return { kind: 'retry', refusals: [], exhausted: throttled(error, table, what) };
    case 'IdempotentParameterMismatchException':
      return { kind: 'throw', error: tokenReused(error, table) };
    case 'ItemCollectionSizeLimitExceededException':
      return { kind: 'throw', error: groupFull(error, table) };
    case undefined:
    default:
      return { kind: 'throw', error };
  }
}

/** What to throw where a read met this error with its last attempt; undefined where it is not worth another one. */
export function exhaustedRead(error: unknown, table: string): Error | undefined {
  const verdict = judgeWriteError(error, table, 'read');
  return verdict.kind === 'retry' ? verdict.exhausted : undefined;
}

/** What an error ends, for its message. */
type Request = 'read' | 'write';

interface CancelledTransaction extends Error {
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Message?: string;
    readonly Item?: AttributeMap;
  }[];
}

/**
 * A reason `None` proves nothing about its action: DynamoDB may have stopped before it. So where others were in the
 * way the whole is tried again, and only what is refused alone is a refusal.
 */
function judgeCancellation(error: CancelledTransaction, table: string, what: Request): WriteVerdict {
  const reasons = error.CancellationReasons ?? [];
  const codes = new Set(reasons.map((reason) => reason.Code ?? 'None'));
  const refusals = reasons.flatMap((reason, action): Refusal[] =>
    reason.Code === 'ConditionalCheckFailed' ? [{ action, row: reason.Item }] : [],
  );
  if (codes.has('ValidationError')) return { kind: 'throw', error: rejected(error, table) };
  if (codes.has('ItemCollectionSizeLimitExceeded')) return { kind: 'throw', error: groupFull(error, table) };
  if (codes.has('TransactionConflict')) return { kind: 'retry', refusals, exhausted: conflict(error, table, what) };
  if (codes.has('ThrottlingError') || codes.has('ProvisionedThroughputExceeded')) {
    return { kind: 'retry', refusals, exhausted: throttled(error, table, what) };
  }
  return refusals.length > 0 ? { kind: 'refused', refusals } : { kind: 'throw', error };
}

function conflict(cause: unknown, table: string, what: Request): TransactionConflictError {
  return new TransactionConflictError(
    `Other transactions on table ${table} held the rows of this ${what} in every attempt; nothing was written. Call ` +
      `again; if it goes on, let fewer writers change the same item at once.`,
    { table },
    { cause },
  );
}

function throttled(cause: unknown, table: string, what: Request): ThrottledError {
  return new ThrottledError(
    `DynamoDB throttled this ${what} of table ${table} in every attempt; nothing was written. Call again later, or ` +
      `raise the table's ${what} capacity.`,
    { table },
    { cause },
  );
}

function rejected(cause: CancelledTransaction, table: string): WriteRejectedError {
  const action = cause.CancellationReasons?.findIndex((reason) => reason.Code === 'ValidationError') ?? -1;
  const reason = cause.CancellationReasons?.[action]?.Message ?? 'it gave no reason';
  return new WriteRejectedError(
    `DynamoDB rejected action ${action} of a transaction on table ${table}: ${reason}. Nothing was written.`,
    { table, action },
    { cause },
  );
}

function groupFull(cause: unknown, table: string): GroupFullError {
  return new GroupFullError(
    `A group (partition) of table ${table} is at DynamoDB's limit of 10 GB, which tables with local secondary ` +
      `indexes have; nothing was written. Delete items of the group, or remove the indexes.`,
    { table },
    { cause },
  );
}

function tokenReused(cause: unknown, table: string): TokenReusedError {
  return new TokenReusedError(
    `A transaction on table ${table} was sent with a token that was used for other content in the last ten minutes; ` +
      `this call wrote nothing. This is a defect in Ductile: please report it.`,
    { table },
    { cause },
  );
}

/** The name of an error, also of one from another realm. */
export function nameOf(error: unknown): string | undefined {
  const name = typeof error === 'object' && error !== null ? (error as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
