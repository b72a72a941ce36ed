import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Forecast, WorkKind } from './work.js';

/**
 * The form of a work in the table: a head, and a row for each segment that a worker has claimed. All works are in one
 * partition, so that one query tells how they stand. What is said is JSON in one attribute; the token beside it is new
 * with every write, so that a write under the token that was seen is one on the row that was seen.
 *
 * @example
 * { pk: '$work', sk: 'backfill-12', $token: '0b7e…', $work: '{"run":"5d11…","kind":"sweep","registry":"9c1e04d2",…}' }
 * { pk: '$work', sk: 'backfill-12/0003', $token: '88aa…', $work: '{"run":"5d11…","worker":"c0ff…","until":1795384800000,…}' }
 */
export const workPk = '$work';

export const TOKEN = '$token';
const CONTENT = '$work';

/** What is said of a work as a whole. */
export interface Head {
  /** New each time that the work is begun: segments of an earlier run are not of this one. */
  readonly run: string;
  readonly kind: WorkKind;
  /** What it is for, where its id does not say. */
  readonly about?: string;
  /** The short id of the registry: in a restored table, what another one's workers have done counts for nothing. */
  readonly registry: string;
  readonly segments: number;
  /** ISO text, by the server's clock. */
  readonly begun: string;
  readonly forecast?: Forecast;
  /** Who began it, for people. */
  readonly by?: string;
  readonly paused?: true;
  readonly maxWcu?: number;
  readonly maxRcu?: number;
  /** True once the limits were changed while it was under way: what workers are started with changes them no more. */
  readonly isLimited?: true;
}

/** What is said of a segment that somebody has claimed. */
export interface Segment {
  readonly run: string;
  /** Who works on it, or did last. */
  readonly worker: string;
  /** The same for people: the machine and the process. */
  readonly by?: string;
  /** When they last wrote it, by the server's clock, in milliseconds. */
  readonly seen?: number;
  /** Until when it is theirs, by the server's clock, in milliseconds; 0 where they have given it back. */
  readonly until: number;
  /** The checkpoint: every row up to this key is done. Absent before the first. */
  readonly after?: RowKey;
  readonly finished?: true;
  /** True once a worker at it ended without giving it back, so that what it did after its last checkpoint is done again. */
  readonly killed?: true;
  /** Rows that were met. */
  readonly rows: number;
  /** Capacity units that were consumed for it. */
  readonly read: number;
  readonly write: number;
  readonly result?: unknown;
}

/** A row with the token under which it may be written. */
export interface Held<T> {
  readonly token: string;
  readonly content: T;
}

export const headKey = (id: string): RowKey => ({ pk: workPk, sk: id });

const DIGITS = 4;

export function segmentKey(id: string, segment: number): RowKey {
  return { pk: workPk, sk: `${id}/${String(segment).padStart(DIGITS, '0')}` };
}

/** The work, and the segment, that a sort key speaks of. */
export function placeOf({ sk }: RowKey): { readonly id: string; readonly segment?: number } {
  const slash = sk.indexOf('/');
  return slash < 0 ? { id: sk } : { id: sk.slice(0, slash), segment: Number(sk.slice(slash + 1)) };
}

export function workRow<T>({ token, content }: Held<T>): AttributeMap {
  return { [TOKEN]: { S: token }, [CONTENT]: { S: JSON.stringify(content) } };
}

/** Undefined where the row is not of a work. */
export function readWorkRow<T>(row: AttributeMap): Held<T> | undefined {
  const token = row[TOKEN];
  const content = row[CONTENT];
  if (token === undefined || !('S' in token) || content === undefined || !('S' in content)) return undefined;
  return { token: token.S, content: JSON.parse(content.S) as T };
}
