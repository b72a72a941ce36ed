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

/** What a segment keeps is read by every worker again and again. */
const MOST_OF_SEGMENT = 30;

/** What several came to together. */
export function passedOverTogether(each: readonly (PassedOver | undefined)[], most = MOST): PassedOver {
  const all = each.flatMap((one) => one ?? []);
  if (all.every(({ count }) => count === 0)) return nothingPassedOver;
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    first: all.flatMap(({ first }) => first).slice(0, most),
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

const isForeignStamp = (error: DuctileError): boolean =>
  error instanceof RegistryForkError || error instanceof RegistryBehindError;

/** Collects the rows that the pass over a segment goes on past. */
export class PassingOver {
  #all: PassedOver;
  /** So many stamps of another registry say that the table is another one. */
  #foreign = 0;

  constructor(sofar: PassedOver = nothingPassedOver) {
    this.#all = sofar;
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
    this.#all = passedOverTogether([this.#all, { count: 1, first: [{ key, code, message }] }], MOST_OF_SEGMENT);
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
