import type { KeyRange } from '../keypaths/range.js';
import { KeyParameterError } from './errors.js';
import type { ListedType } from './listed-type.js';

/** What a query asks for: one partition, and a part of its sort keys. */
export type QueryRange = Pick<KeyRange, 'pk' | 'prefix' | 'between'>;

/**
 * One query that covers the ranges of several types. What it reads in excess is told apart row by row.
 *
 * @throws KeyParameterError where the types' paths do not lie in one group
 */
export function queryOver(types: readonly [ListedType, ...ListedType[]]): QueryRange {
  const [first, ...others] = types;
  const { pk, prefix, between } = first.range;
  const stray = others.find(({ range }) => range.pk !== pk);
  if (stray !== undefined) {
    throw new KeyParameterError(
      stray.reader.view.model.name,
      stray.path.template,
      `Its items lie in another group than those of ${first.reader.view.model.name}: list the two one after the other`,
    );
  }
  const same = others.every(
    ({ range }) => range.prefix === prefix && JSON.stringify(range.between) === JSON.stringify(between),
  );
  if (same) return { pk, ...(prefix === undefined ? {} : { prefix }), ...(between === undefined ? {} : { between }) };
  // All keys between two texts begin with what the two have in common.
  const ends = types.flatMap(({ range }) => (range.prefix === undefined ? range.between! : [range.prefix]));
  return { pk, prefix: ends.reduce(commonBeginning) };
}

function commonBeginning(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  // Half a surrogate pair is no text that DynamoDB takes.
  const last = a.charCodeAt(length - 1);
  return a.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
