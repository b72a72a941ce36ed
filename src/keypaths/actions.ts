import type { KeyPathModel } from './model.js';

/** What DynamoDB takes in one transaction. */
export const MAX_ACTIONS = 100;

/** The primary row, and the fence that a create may have to check. */
const BESIDE_ROWS = 2;

/** A write of one item that needs more actions than others. */
export interface LargestWrite {
  readonly actions: number;
  /** Storage name of the field that changes; undefined for an insert. */
  readonly field?: string;
  /** How many rows move with the field. */
  readonly moves: number;
}

/**
 * The write of an item that needs the most actions; its insert where that needs too many. All its rows are written in one transaction, and a field that changes
 * moves every row that has it in its key: a put and a delete each.
 *
 * @param rows one model for each row that an item may have on a secondary key path
 * @param fields storage names of the fields that may change
 */
export function largestWrite(
  rows: readonly Pick<KeyPathModel, 'parameters'>[],
  fields: readonly string[],
): LargestWrite {
  const insert: LargestWrite = { actions: rows.length + BESIDE_ROWS, moves: 0 };
  if (insert.actions > MAX_ACTIONS) return insert;
  return fields.reduce((largest, field) => {
    const moves = rows.filter(({ parameters }) => parameters.some((each) => each.field === field)).length;
    const actions = 1 + rows.length + moves;
    return actions > largest.actions ? { actions, field, moves } : largest;
  }, insert);
}
