import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { acceptRow } from './accept.js';
import { consumed, readUnits } from './capacity.js';
import { tableOf } from './database.js';
import type { Database } from './database.js';
import { invalid } from './errors.js';
import { assertNoKeys, keyRange } from './expressions/key-condition.js';
import type { KeyRange } from './expressions/key-condition.js';
import * as parse from './expressions/parse.js';
import { assertApart } from './expressions/paths.js';
import { checkCondition } from './expressions/check-condition.js';
import { Placeholders } from './expressions/placeholders.js';
import type { PlaceholderInput } from './expressions/placeholders.js';
import { project } from './expressions/project.js';
import type { Parsed, Path, Step } from './expressions/syntax.js';
import { placeOfKey } from './key-schema.js';
import { readPage } from './page.js';
import type { PageRequest } from './page.js';
import { refuseWhatIsMissing } from './refusals.js';
import { firstFrom, firstWhere, slotOf } from './table.js';
import type { MemoryTable, Standing, StoredRow } from './table.js';

type Output<T> = Omit<T, '$metadata'>;

export function getItem(database: Database, input: GetItemCommandInput): Output<GetItemCommandOutput> {
  refuseWhatIsMissing(input);
  const paths = projectionOf(input);
  const key = acceptRow(input.Key);
  const table = tableOf(database, input.TableName);
  const found = table.get(placeOfKey(table.keys, key));
  const units = readUnits(found?.size ?? 0, input.ConsistentRead);
  return {
    ...(found === undefined ? {} : { Item: project(found.row, paths) as never }),
    ...consumed(input.ReturnConsumedCapacity, table.name, units),
  };
}

/** The paths of a request that has no other expression; undefined for whole rows. */
export function projectionOf(
  input: PlaceholderInput & { readonly ProjectionExpression?: string | undefined },
): readonly (readonly Step[])[] | undefined {
  const projection =
    input.ProjectionExpression === undefined ? undefined : parse.projection(input.ProjectionExpression);
  return stepsOf(projection, new Placeholders(input, [projection], 'ProjectionExpression'));
}

function stepsOf(
  projection: Parsed<readonly Path[]> | undefined,
  placeholders: Placeholders,
): readonly (readonly Step[])[] | undefined {
  const paths = projection?.tree.map((path) => placeholders.steps(path));
  if (paths !== undefined) assertApart('ProjectionExpression', paths);
  return paths;
}

export function query(database: Database, input: QueryCommandInput): Output<QueryCommandOutput> {
  refuseWhatIsMissing(input);
  if (input.KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const condition = parse.keyCondition(input.KeyConditionExpression);
  const { page, placeholders } = pageRequest(input, condition);
  checkCondition('KeyConditionExpression', condition.tree, placeholders);
  const table = tableOf(database, input.TableName);
  const range = keyRange(table.keys, condition.tree, placeholders);
  if (page.filter !== undefined) assertNoKeys(table.keys, page.filter, placeholders);
  const forward = input.ScanIndexForward ?? true;
  return readPage(table, rowsIn(table, range, forward, startOf(table, range, input.ExclusiveStartKey)), page);
}

/** The range key of the row to begin after. @throws MemoryDynamoError where that row is none of this query's */
function startOf(table: MemoryTable, { hash, position }: KeyRange, key: object | undefined): string | undefined {
  if (key === undefined) return undefined;
  const start = placeOfKey(table.keys, acceptRow(key), 'The provided starting key is invalid');
  if (start.hash !== hash) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (position(start.range) !== 0) throw invalid('The provided starting key does not match the range key predicate');
  return start.range;
}

function* rowsIn(
  table: MemoryTable,
  { hash, position }: KeyRange,
  forward: boolean,
  after: string | undefined,
): Iterable<StoredRow> {
  const rows = table.partition(hash)?.rows ?? [];
  let from = firstWhere(rows, (row) => position(row.place.range) >= 0);
  let to = firstWhere(rows, (row) => position(row.place.range) > 0);
  if (after !== undefined && forward) from = firstWhere(rows, (row) => row.place.range > after);
  if (after !== undefined && !forward) to = firstFrom(rows, after);
  if (forward) for (let at = from; at < to; at++) yield rows[at]!;
  else for (let at = to - 1; at >= from; at--) yield rows[at]!;
}

export function scan(database: Database, input: ScanCommandInput): Output<ScanCommandOutput> {
  refuseWhatIsMissing(input);
  const { page } = pageRequest(input, undefined);
  const segment = segmentOf(input);
  const table = tableOf(database, input.TableName);
  return readPage(table, rowsOfSegment(table, segment, input.ExclusiveStartKey), page);
}

interface Segment {
  readonly index: number;
  readonly of: number;
}

const WHOLE: Segment = { index: 0, of: 1 };

function segmentOf({ Segment: index, TotalSegments: of }: ScanCommandInput): Segment {
  if (index === undefined && of === undefined) return WHOLE;
  if (of === undefined) {
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (index === undefined) {
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (of < 1 || of > 1_000_000) {
    throw invalid(
      `1 validation error detected: Value '${of}' at 'totalSegments' failed to satisfy constraint: Member must have value between 1 and 1000000`,
    );
  }
  if (index < 0 || index >= of) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${index} is not less than TotalSegments: ${of}`,
    );
  }
  return { index, of };
}

const SLOTS = 2 ** 32;

function* rowsOfSegment(table: MemoryTable, { index, of }: Segment, key: object | undefined): Iterable<StoredRow> {
  const inSegment = (slot: number): number => Math.floor((slot / SLOTS) * of) - index;
  let start: Standing & { readonly range?: string } = { hash: '', slot: Math.ceil((index / of) * SLOTS) };
  if (key !== undefined) {
    const { hash, range } = placeOfKey(table.keys, acceptRow(key), 'The provided starting key is invalid');
    start = { hash, slot: slotOf(hash), range };
    if (inSegment(start.slot) !== 0) throw invalid('The provided starting key is invalid: Invalid segment.');
  }
  for (const { hash, slot, rows } of table.partitionsFrom(start)) {
    if (inSegment(slot) > 0) return;
    if (inSegment(slot) < 0) continue;
    const { range } = start;
    const from = range === undefined || hash !== start.hash ? 0 : firstWhere(rows, (row) => row.place.range > range);
    for (let row = from; row < rows.length; row++) yield rows[row]!;
  }
}

/** What a query and a scan have in common. */
function pageRequest(
  input: QueryCommandInput | ScanCommandInput,
  keyCondition: Parsed<unknown> | undefined,
): { readonly page: PageRequest; readonly placeholders: Placeholders } {
  const filter = input.FilterExpression === undefined ? undefined : parse.filter(input.FilterExpression);
  const projection =
    input.ProjectionExpression === undefined ? undefined : parse.projection(input.ProjectionExpression);
  assertSelect(input);
  if (input.Limit !== undefined && input.Limit < 1) throw invalid('Limit must be greater than or equal to 1');
  const placeholders = new Placeholders(input, [keyCondition, filter, projection], 'FilterExpression');
  if (filter !== undefined) checkCondition('FilterExpression', filter.tree, placeholders);
  const page = {
    filter: filter?.tree,
    placeholders,
    paths: stepsOf(projection, placeholders),
    limit: input.Limit,
    count: input.Select === 'COUNT',
    consistent: input.ConsistentRead,
    capacity: input.ReturnConsumedCapacity,
  };
  return { page, placeholders };
}

function assertSelect({ Select, ProjectionExpression }: QueryCommandInput | ScanCommandInput): void {
  const projected = ProjectionExpression !== undefined;
  if (projected && (Select === 'ALL_ATTRIBUTES' || Select === 'COUNT')) {
    const what = Select === 'COUNT' ? 'only the Count' : Select;
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${what}`);
  }
  if (!projected && Select === 'SPECIFIC_ATTRIBUTES') {
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES') {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}
