import type { KeyBounds } from '../keypaths/range.js';
import { InvalidOptionError } from './errors.js';

/** The options of a read, checked, and the store's own in the place of those left out. */
export interface CheckedReadOptions {
  readonly consistent: boolean;
  readonly allowIncomplete: boolean;
}

export interface CheckedListOptions extends CheckedReadOptions {
  readonly limit: number | undefined;
  readonly descending: boolean;
  readonly cursor: string | undefined;
}

const BOUNDS: readonly string[] = ['gt', 'gte', 'lt', 'lte', 'between', 'beginsWith'] satisfies (keyof KeyBounds)[];
const READ: readonly string[] = ['consistent', 'incomplete'];
const LIST: readonly string[] = ['limit', 'direction', 'cursor', ...READ, ...BOUNDS];

type Given = Readonly<Record<string, unknown>>;

/** @throws InvalidOptionError */
export function checkSaveOptions(given: object): string | undefined {
  assertKnown('save', given, ['ifRevision']);
  const { ifRevision } = given as Given;
  if (ifRevision !== undefined && typeof ifRevision !== 'string') {
    throw new InvalidOptionError('save', 'ifRevision', 'is a revision, as revisionOf() gives it');
  }
  return ifRevision;
}

/** @throws InvalidOptionError */
export function checkReadOptions(call: string, given: object, storeAllows: boolean): CheckedReadOptions {
  assertKnown(call, given, READ);
  return readOptions(call, given as Given, storeAllows);
}

/**
 * @param further options of the call that are not the list's own
 * @throws InvalidOptionError
 */
export function checkListOptions(
  call: string,
  given: object,
  storeAllows: boolean,
  further: readonly string[] = [],
): CheckedListOptions {
  assertKnown(call, given, [...LIST, ...further]);
  const { limit, direction, cursor, ...rest } = given as Given;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && (limit as number) > 0)) {
    throw new InvalidOptionError(call, 'limit', 'is a whole number above 0');
  }
  if (direction !== undefined && direction !== 'ascending' && direction !== 'descending') {
    throw new InvalidOptionError(call, 'direction', "is 'ascending' or 'descending'");
  }
  return {
    limit: limit as number | undefined,
    descending: direction === 'descending',
    cursor: cursor as string | undefined,
    ...readOptions(call, rest, storeAllows),
  };
}

/** The bounds among a list's options; one that is undefined counts as left out. */
export function boundsIn(given: object): KeyBounds<unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => BOUNDS.includes(name) && value !== undefined),
  );
}

function readOptions(call: string, { consistent, incomplete }: Given, storeAllows: boolean): CheckedReadOptions {
  if (consistent !== undefined && typeof consistent !== 'boolean') {
    throw new InvalidOptionError(call, 'consistent', 'is true or false');
  }
  if (incomplete !== undefined && incomplete !== 'allow') {
    throw new InvalidOptionError(call, 'incomplete', "is 'allow', or left out");
  }
  return { consistent: consistent !== false, allowIncomplete: storeAllows || incomplete === 'allow' };
}

function assertKnown(call: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) {
    throw new InvalidOptionError(call, String(given), 'is not known: options are an object');
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidOptionError(call, unknown, `is not known; those are ${known.join(', ')}`);
}
