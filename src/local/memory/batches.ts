import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  KeysAndAttributes,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { acceptRow } from './accept.js';
import { consumedByTable, readUnits, writeUnits } from './capacity.js';
import { tableOf } from './database.js';
import type { Database } from './database.js';
import { invalid, KeyMismatch } from './errors.js';
import { project } from './expressions/project.js';
import { placeOfKey } from './key-schema.js';
import { projectionOf } from './reads.js';
import { prepareDelete, preparePut } from './row-write.js';
import type { RowWrite } from './row-write.js';
import { lockName } from './table.js';
import { assertCount, assertDistinct, cancelled } from './transaction.js';
import { isLocked } from './writes.js';

type Output<T> = Omit<T, '$metadata'>;

const MAX_KEYS = 100;
const MAX_WRITES = 25;
const MAX_BYTES = 16 * 1024 * 1024;

export function batchGetItem(database: Database, input: BatchGetItemCommandInput): Output<BatchGetItemCommandOutput> {
  const requests = requestsOf(input.RequestItems, (request) => request.Keys?.length ?? 0, MAX_KEYS);
  const responses: Record<string, object[]> = {};
  const left: Record<string, KeysAndAttributes> = {};
  const units = new Map<string, number>();
  let bytes = 0;
  for (const [name, request] of requests) {
    const { table, places, paths } = reading(database, name, request);
    responses[name] = [];
    units.set(name, 0);
    places.forEach((place, index) => {
      const found = table.get(place);
      if (bytes + (found?.size ?? 0) > MAX_BYTES) {
        left[name] ??= { ...request, Keys: [] };
        left[name].Keys!.push(request.Keys![index]!);
        return;
      }
      bytes += found?.size ?? 0;
      units.set(name, units.get(name)! + readUnits(found?.size ?? 0, request.ConsistentRead));
      if (found !== undefined) responses[name]!.push(project(found.row, paths));
    });
  }
  return {
    Responses: responses as never,
    UnprocessedKeys: left,
    ...consumedByTable(input.ReturnConsumedCapacity, units),
  };
}

function reading(database: Database, name: string, request: KeysAndAttributes) {
  const paths = projectionOf(request);
  const table = tableOf(database, name);
  const places = request.Keys!.map((key) => placeOfKey(table.keys, acceptRow(key)));
  if (new Set(places.map(lockName)).size < places.length) throw duplicates();
  return { table, places, paths };
}

const duplicates = (): Error => invalid('Provided list of item keys contains duplicates');

export function batchWriteItem(
  database: Database,
  input: BatchWriteItemCommandInput,
): Output<BatchWriteItemCommandOutput> {
  const requests = requestsOf(input.RequestItems, (writes) => writes.length, MAX_WRITES);
  const prepared = requests.map(([name, writes]) => {
    const actions = writes.map((write) => prepareWrite(database, name, write));
    if (new Set(actions.map(({ place }) => lockName(place))).size < actions.length) throw duplicates();
    return { name, writes, actions };
  });
  const left: Record<string, WriteRequest[]> = {};
  const units = new Map<string, number>();
  for (const { name, writes, actions } of prepared) {
    units.set(name, 0);
    actions.forEach((action, index) => {
      if (isLocked(action)) (left[name] ??= []).push(writes[index]!);
      else units.set(name, units.get(name)! + writeNow(action));
    });
  }
  return { UnprocessedItems: left, ...consumedByTable(input.ReturnConsumedCapacity, units) };
}

function prepareWrite(
  database: Database,
  TableName: string,
  { PutRequest: put, DeleteRequest: remove }: WriteRequest,
): RowWrite {
  if ((put === undefined) === (remove === undefined)) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return put !== undefined
    ? preparePut(database, { TableName, Item: put.Item })
    : prepareDelete(database, { TableName, Key: remove!.Key });
}

function writeNow({ table, place, next }: RowWrite): number {
  const before = table.get(place);
  const after = next(before);
  table.set(place, after);
  return writeUnits(before?.size, after?.size);
}

/** The requests of each table. @throws MemoryDynamoError (ValidationException) where there are none, or too many */
function requestsOf<Request>(
  items: Readonly<Record<string, Request>> | undefined,
  count: (request: Request) => number,
  most: number,
): readonly (readonly [string, Request])[] {
  const requests = Object.entries(items ?? {});
  const counts = requests.map(([, request]) => count(request));
  const total = counts.reduce((sum, more) => sum + more, 0);
  if (requests.length > 0 && total <= most && !counts.includes(0)) return requests;
  const wanted = total > most ? `less than or equal to ${most}` : 'greater than or equal to 1';
  throw invalid(
    `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length ${wanted}`,
  );
}

export function transactGetItems(
  database: Database,
  input: TransactGetItemsCommandInput,
): Output<TransactGetItemsCommandOutput> {
  const items = input.TransactItems ?? [];
  assertCount(items.length);
  const units = new Map<string, number>();
  const reads = items.map(({ Get }) => {
    if (Get === undefined) throw invalid('TransactGetItems: each item must have a Get.');
    const paths = projectionOf(Get);
    const table = tableOf(database, Get.TableName);
    return { table, place: placeIn(table.keys, Get.Key), paths };
  });
  if (reads.some(({ place }) => place instanceof KeyMismatch)) {
    throw cancelled(
      reads.map(({ place }) =>
        place instanceof KeyMismatch ? { Code: 'ValidationError', Message: place.message } : { Code: 'None' },
      ),
    );
  }
  const placed = reads as readonly (Pick<RowWrite, 'table' | 'place'> & Pick<(typeof reads)[number], 'paths'>)[];
  assertDistinct(placed);
  assertNotInFlux(placed);
  const responses = placed.map(({ table, place, paths }) => {
    const found = table.get(place);
    units.set(table.name, (units.get(table.name) ?? 0) + 2 * readUnits(found?.size ?? 0, true));
    return found === undefined ? {} : { Item: project(found.row, paths) };
  });
  return {
    Responses: responses as never,
    ...consumedByTable(input.ReturnConsumedCapacity, units, 'ReadCapacityUnits'),
  };
}

function placeIn(keys: RowWrite['table']['keys'], key: unknown): RowWrite['place'] | KeyMismatch {
  try {
    return placeOfKey(keys, acceptRow(key ?? {}));
  } catch (error) {
    if (error instanceof KeyMismatch) return error;
    throw error;
  }
}

/** A read of several rows at one moment cannot be had while a transaction is halfway through them. */
function assertNotInFlux(rows: readonly Pick<RowWrite, 'table' | 'place'>[]): void {
  const reasons = rows.map(({ table, place }) =>
    table.locks.has(lockName(place))
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
}
