import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Condition } from './condition.js';

/** What the two key attributes of the table are called. */
export interface KeyAttributes {
  readonly pk: string;
  readonly sk: string;
}

/** One write of a transaction, as data. The row of a put is without its key attributes: the edge adds them. */
export type Action =
  | { readonly kind: 'put'; readonly key: RowKey; readonly row: AttributeMap; readonly condition?: Condition }
  | { readonly kind: 'delete'; readonly key: RowKey; readonly condition?: Condition }
  | { readonly kind: 'check'; readonly key: RowKey; readonly condition: Condition };

/** Why one action of a write did not hold. */
export interface Refusal {
  /** Index into the actions. */
  readonly action: number;
  /** The row that DynamoDB returned with the failed condition; undefined where there is none. */
  readonly row: AttributeMap | undefined;
}

/** All actions were applied, or none was because conditions failed. Everything else is thrown. */
export type WriteOutcome =
  { readonly kind: 'applied' } | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

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
  query(request: QueryRequest): Promise<RowPage>;
  scan(request: ScanRequest): Promise<RowPage>;
  /**
   * One action: a plain conditional write; several: one `TransactWriteItems` (`token`: its ClientRequestToken).
   * TransactionConflict is retried here, with jitter, because the SDK does not.
   */
  write(actions: readonly Action[], token: string): Promise<WriteOutcome>;
}
