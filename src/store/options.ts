import type { EntityClass } from '../decorators/declared.js';
import type { KeyParameter } from '../decorators/key-paths.js';
import type { TypeProblem } from '../keypaths/types.js';

export interface SaveOptions {
  /** Save only if the item is still at this revision (`revisionOf` of the entity that the caller showed to somebody). */
  readonly ifRevision?: string;
}

export interface ReadOptions {
  /** False: an eventually consistent read, at half the price, which may miss the newest writes. */
  readonly consistent?: false;
  /** Take the answer of a key path that is still being filled with old items as it is. */
  readonly incomplete?: 'allow';
}

export type FindOptions = ReadOptions;

/** Bounds on the parameter that follows the prefix, by the order of its type. At most one lower and one upper. */
export interface NextParameterBounds<Value = KeyParameter> {
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
  /** Both ends included. */
  readonly between?: readonly [low: Value, high: Value];
  /** Strings only. */
  readonly beginsWith?: [Extract<Value, string>] extends [never]
    ? TypeProblem<'only a string begins with something'>
    : string;
}

/** How a list is read. `Value` is the type of the parameter that follows the prefix. */
export interface ListOptions<Value = KeyParameter> extends ReadOptions, NextParameterBounds<Value> {
  /** The number of items that an iteration yields at most, or a page holds. A whole number above 0. */
  readonly limit?: number;
  /** `'ascending'` unless said otherwise. */
  readonly direction?: 'ascending' | 'descending';
  /** Go on after the last item of an earlier page of the same list, or of one that selects the same rows in the same way. */
  readonly cursor?: string;
}

export interface StoreListOptions<Types extends readonly EntityClass[]> extends ListOptions {
  readonly types: Types;
}
