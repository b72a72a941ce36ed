import type { DuctileError } from '../errors/ductile-error.js';
import { DamagedKeyValueError, KeyTooLargeError } from '../keypaths/errors.js';
import { ForeignRowError, KeyPathConflictError } from '../protocol/errors.js';
import { RegistryBehindError, RegistryForkError } from '../registry/errors.js';
import { WriteTooLargeError } from '../table/errors.js';
import type { RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';

/** A row that a pass went on past, because nothing can be done with it before somebody mends it. */
export interface PassedOverRow {
  /** `inspect` takes it. */
  readonly key: RowKey;
  /** The code of an error, such as `DAMAGED_ROW` or `ROW_TOO_LARGE`. */
  readonly code: string;
  /** What is wrong with the row, and the way to mend it. */
  readonly message: string;
}

/** Every row that a pass went on past. */
export interface PassedOver {
  readonly count: number;
  /** The first 100. */
  readonly first: readonly PassedOverRow[];
}

export const nothingPassedOver: PassedOver = Object.freeze({ count: 0, first: Object.freeze([]) });

const MOST = 100;

/** What segments keep is read by every worker again and again: together as many as a report lists, and some of each. */
const SOME_OF_SEGMENT = 30;

/** What is kept of a segment is in one row: keys, which each of them has twice, may be long. */
const BYTES_OF_SEGMENT = 150_000;

/** What several came to together. */
export function passedOverTogether(each: readonly (PassedOver | undefined)[]): PassedOver {
  const all = each.flatMap((one) => one ?? []);
  if (all.every(({ count }) => count === 0)) return nothingPassedOver;
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    first: all.flatMap(({ first }) => first).slice(0, MOST),
  };
}

/** What says something about one row only: a pass can go on past it. */
const ABOUT_ONE_ROW = [
  DamagedKeyValueError,
  DamagedRowError,
  ForeignRowError,
  KeyPathConflictError,
  KeyTooLargeError,
  RegistryBehindError,
  RegistryForkError,
  WriteTooLargeError,
];

/** True for an error about one row. */
export const isAboutOneRow = (error: unknown): error is DuctileError =>
  ABOUT_ONE_ROW.some((type) => error instanceof type);

const sizeOf = (json: object): number => Buffer.byteLength(JSON.stringify(json));

const isForeignStamp = (error: DuctileError): boolean =>
  error instanceof RegistryForkError || error instanceof RegistryBehindError;

/** Collects the rows that the pass over a segment goes on past. */
export class PassingOver {
  #all: PassedOver;
  /** So many stamps of another registry say that the table is another one. */
  #foreign = 0;
  readonly #most: number;
  #bytes: number;

  /** @param segments in how many the pass is cut */
  constructor(sofar: PassedOver = nothingPassedOver, segments = 1) {
    this.#all = sofar;
    this.#most = Math.max(SOME_OF_SEGMENT, Math.ceil(MOST / segments));
    this.#bytes = sizeOf(sofar.first);
  }

  get all(): PassedOver {
    return this.#all;
  }

  /**
   * Notes that the pass goes on past a row.
   *
   * @throws the error itself when it is about more than this row
   */
  note(key: RowKey, error: unknown): void {
    if (!isAboutOneRow(error) || (isForeignStamp(error) && ++this.#foreign > MOST)) throw error;
    const { code, message } = error;
    const { count, first } = this.#all;
    const row = { key, code, message };
    const bytes = this.#bytes + sizeOf(row);
    const isListed = first.length < this.#most && bytes <= BYTES_OF_SEGMENT;
    if (isListed) this.#bytes = bytes;
    this.#all = { count: count + 1, first: isListed ? [...first, row] : first };
  }
}

/**
 * Does something with a row, and notes it when it cannot be done because of the row. Without a promise when none is
 * needed: most rows of a pass are passed at once.
 */
export function orPassOver(
  passing: Pick<PassingOver, 'note'>,
  key: RowKey,
  work: () => Promise<void> | undefined,
): Promise<void> | undefined {
  try {
    return work()?.catch((error: unknown) => passing.note(key, error));
  } catch (error) {
    passing.note(key, error);
    return undefined;
  }
}
