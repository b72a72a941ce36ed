import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Condition } from './condition.js';
import type { ExchangeDates, FirstSending } from './resend.js';

/** What the two key attributes of the table are called. */
export interface KeyAttributes {
  readonly pk: string;
  readonly sk: string;
}

/** One write of a transaction, as data. The row of a put is without its key attributes: the edge adds them. */
export type Action =
  | {
      readonly kind: 'put';
      readonly key: RowKey;
      readonly row: AttributeMap;
      readonly condition?: Condition;
      /** Set for a row that has to leave room for what Ductile adds to it later, unless it was as large before. */
      readonly keepsRoom?: { readonly before?: AttributeMap };
    }
  | { readonly kind: 'delete'; readonly key: RowKey; readonly condition?: Condition }
  | { readonly kind: 'check'; readonly key: RowKey; readonly condition: Condition };

/** Why one action of a write did not hold. */
export interface Refusal {
  /** Index into the actions. */
  readonly action: number;
  /** The row that DynamoDB returned with the failed condition; undefined where there is none. */
  readonly row: AttributeMap | undefined;
}

/** What became of a write. An error is thrown only where it is certain that nothing was written. */
export type WriteOutcome =
  | { readonly kind: 'applied' }
  /** Conditions failed in the attempt that was answered. */
  | {
      readonly kind: 'refused';
      readonly refusals: readonly Refusal[];
      /** True where an earlier attempt of the same content had no answer: it may have been applied, or may be yet. */
      readonly doubtful: boolean;
    }
  /** The last attempt had no answer, or an earlier one and the last was no proof: applied, or not, or not yet. */
  | { readonly kind: 'unknown'; readonly cause: unknown; readonly first?: FirstSending }
  /** Nothing was sent: by the date of its signature, the attempt came too long after what its guard speaks of. */
  | { readonly kind: 'stale' };

/** Holds a write back that is signed too long after the registry was read. Both in milliseconds of the server's clock. */
export interface AgeGuard {
  /** When the registry was read (`Registry.asOf`). */
  readonly asOf: number;
  readonly maxAge: number;
}

export interface WriteOptions {
  /** Checked against the date in the signature of every attempt. */
  readonly guard?: AgeGuard;
  /** True where the same content must not be sent again after an attempt that had no answer. */
  readonly once?: boolean;
  /**
   * Asked before the same content is sent again because others were in the way. True if other content would do better by
   * now: the write ends as refused, without refusals.
   */
  readonly outdated?: () => boolean;
  /** Where the same content was sent before and got no answer: it is not sent when its token may be forgotten. */
  readonly again?: FirstSending;
}

/** A row that was read, with the dates of the read itself. */
export interface Look extends ExchangeDates {
  readonly row: AttributeMap | undefined;
}

export interface QueryRequest {
  readonly pk: string;
  /** At most one of `prefix` and `between`. Bounds are inclusive, as DynamoDB's are. */
  readonly prefix?: string;
  readonly between?: readonly [low: string, high: string];
  /** Exclusive start: the key of the last row seen. */
  readonly after?: RowKey;
  readonly limit?: number;
  readonly descending?: boolean;
  /** True unless said otherwise. */
  readonly consistent?: boolean;
}

export interface ScanRequest {
  readonly segment?: { readonly index: number; readonly of: number };
  readonly after?: RowKey;
  readonly limit?: number;
}

export interface RowPage {
  readonly rows: readonly AttributeMap[];
  /** The key to go on after; undefined where there is no more. */
  readonly last?: RowKey;
  /**
   * A moment of the server's clock, in milliseconds, at which the request had not been sent yet or had been answered
   * already, whichever is earlier: the dates of its signature and of its answer. Undefined where either is unknown.
   */
  readonly asOf?: number;
}

/** What the requests of a gateway came to, since it was opened. */
export interface Load {
  /** Capacity units; 0 unless the gateway is metered. */
  readonly read: number;
  readonly write: number;
  /** Attempts that were to be made again: throttled, most of the time. */
  readonly retries: number;
  /** Writes that met a transaction of somebody else on one of their rows. */
  readonly conflicts: number;
}

/**
 * What Ductile asks of a table: the only way through which anything above reaches DynamoDB. Rows come back whole, with
 * the table's key attributes among them; `keyOf` reads those.
 */
export interface Gateway {
  readonly table: string;
  /** True where the endpoint is a loopback address: a local engine. */
  readonly loopback: boolean;
  /** The names of the table's key attributes. */
  readonly keys: KeyAttributes;
  keyOf(row: AttributeMap): RowKey;
  get(key: RowKey, options?: { readonly consistent?: boolean }): Promise<AttributeMap | undefined>;
  /** A strongly consistent get that says when it was answered. */
  look(key: RowKey): Promise<Look>;
  /**
   * Rows as all of them were at one moment, in the order of their keys: one `TransactGetItems`, of at most 100. What is met
   * of transactions is retried here, as for `write`. Costs twice the read units of as many gets.
   */
  getTogether(keys: readonly RowKey[]): Promise<readonly (AttributeMap | undefined)[]>;
  query(request: QueryRequest): Promise<RowPage>;
  scan(request: ScanRequest): Promise<RowPage>;
  /**
   * One action: a plain conditional write; several: one `TransactWriteItems` (`token`: its ClientRequestToken).
   * TransactionConflict is retried here, with jitter, because the SDK does not.
   */
  write(actions: readonly Action[], token: string, options?: WriteOptions): Promise<WriteOutcome>;
  /**
   * The `Date` of the newest answer, in milliseconds; this machine's clock until there was one. One wrong date carries it
   * no further than a minute beyond what this machine's clocks say has passed.
   */
  serverTime(): number;
  /** The newest `Date` of the last answers as they were, for ages: a wrong one may make them too great for a while. */
  newestDate(): number;
  /**
   * Milliseconds since some moment, on this machine's clock that only goes forward. For paces and rates: nothing that must
   * be true is decided by it.
   */
  elapsed(): number;
  load(): Load;
  /** Waits. A part of the port, because who simulates the table simulates its time as well. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls something again and again, beside whatever else goes on; until the function that it returns is called. */
  every(milliseconds: number, call: () => void): () => void;
}
