import type { EntityClass } from '../decorators/declared.js';
import type { KeyParameter } from '../decorators/key-paths.js';

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
export interface NextParameterBounds {
  readonly gt?: KeyParameter;
  readonly gte?: KeyParameter;
  readonly lt?: KeyParameter;
  readonly lte?: KeyParameter;
  /** Both ends included. */
  readonly between?: readonly [low: KeyParameter, high: KeyParameter];
  /** Strings only. */
  readonly beginsWith?: string;
}

export interface ListOptions extends ReadOptions, NextParameterBounds {
  /** The number of items that an iteration yields at most, or a page holds. A whole number above 0. */
  readonly limit?: number;
  /** `'ascending'` unless said otherwise. */
  readonly direction?: 'ascending' | 'descending';
  /** Go on after the last item of an earlier page of the same list. */
  readonly cursor?: string;
}

export interface StoreListOptions<Types extends readonly EntityClass[]> extends ListOptions {
  readonly types: Types;
}
