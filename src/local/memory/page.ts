import type { QueryCommandOutput, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { consumed, readUnits } from './capacity.js';
import { holds } from './expressions/evaluate.js';
import type { Placeholders } from './expressions/placeholders.js';
import { project } from './expressions/project.js';
import type { Condition, Step } from './expressions/syntax.js';
import { keyOf } from './key-schema.js';
import type { MemoryTable, StoredRow } from './table.js';
import type { AttributeMap } from './values.js';

export interface PageRequest {
  readonly filter: Condition | undefined;
  readonly placeholders: Placeholders;
  /** What to give of each row; undefined for all of it. */
  readonly paths: readonly (readonly Step[])[] | undefined;
  /** How many rows to look at, whether or not they pass the filter. */
  readonly limit: number | undefined;
  /** Whether the rows are counted only. */
  readonly count: boolean;
  readonly consistent: boolean | undefined;
  readonly capacity: ReturnConsumedCapacity | undefined;
}

const PAGE_BYTES = 1024 * 1024;

/**
 * One page of a query or a scan. It ends with the row that reaches the limit or the megabyte, and then has a
 * `LastEvaluatedKey`, even where no row follows: DynamoDB does not look further.
 */
export function readPage(
  table: MemoryTable,
  rows: Iterable<StoredRow>,
  request: PageRequest,
): Omit<QueryCommandOutput, '$metadata'> {
  const found: AttributeMap[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: AttributeMap | undefined;
  for (const { row, size } of rows) {
    scanned++;
    bytes += size;
    if (request.filter === undefined || holds(request.filter, row, request.placeholders)) {
      count++;
      if (!request.count) found.push(project(row, request.paths));
    }
    if (scanned === request.limit || bytes >= PAGE_BYTES) {
      last = keyOf(table.keys, row);
      break;
    }
  }
  return {
    ...(request.count ? {} : { Items: found as never }),
    Count: count,
    ScannedCount: scanned,
    ...(last === undefined ? {} : { LastEvaluatedKey: last as never }),
    ...consumed(request.capacity, table.name, readUnits(bytes, request.consistent)),
  };
}
