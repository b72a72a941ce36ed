import type {
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  ReturnValue,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { consumed, writeUnits } from './capacity.js';
import type { Database } from './database.js';
import { invalid, MemoryDynamoError } from './errors.js';
import { project } from './expressions/project.js';
import type { Step } from './expressions/syntax.js';
import { refuseWhatIsMissing } from './refusals.js';
import { prepareDelete, preparePut, prepareUpdate } from './row-write.js';
import type { RowWrite } from './row-write.js';
import { lockName } from './table.js';
import { copyRow } from './values.js';
import type { AttributeMap } from './values.js';

type Output<T> = Omit<T, '$metadata'>;
type WriteOutput = Output<PutItemCommandOutput & DeleteItemCommandOutput & UpdateItemCommandOutput>;

export function putItem(database: Database, input: PutItemCommandInput): WriteOutput {
  assertReturnValues(input.ReturnValues);
  return write(database, input, preparePut);
}

export function deleteItem(database: Database, input: DeleteItemCommandInput): WriteOutput {
  assertReturnValues(input.ReturnValues);
  return write(database, input, prepareDelete);
}

export function updateItem(database: Database, input: UpdateItemCommandInput): WriteOutput {
  return write(database, input, prepareUpdate);
}

type PlainInput = PutItemCommandInput | DeleteItemCommandInput | UpdateItemCommandInput;

function write<Input extends PlainInput>(
  database: Database,
  input: Input,
  prepare: (database: Database, input: Input) => RowWrite,
): WriteOutput {
  refuseWhatIsMissing(input);
  const action = prepare(database, input);
  const { table, place } = action;
  if (isLocked(action)) {
    throw new MemoryDynamoError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const before = table.get(place);
  if (!action.accepts(before?.row)) {
    throw new MemoryDynamoError('ConditionalCheckFailedException', 'The conditional request failed', {
      ...(action.wantsFailed && before !== undefined ? { Item: copyRow(before.row) } : {}),
    });
  }
  const after = action.next(before);
  const units = writeUnits(before?.size, after?.size);
  table.set(place, after);
  const attributes = returned(input.ReturnValues, before?.row, after?.row, action.paths);
  return {
    ...(attributes === undefined ? {} : { Attributes: attributes as never }),
    ...consumed(input.ReturnConsumedCapacity, table.name, units),
  };
}

/** Whether a transaction holds the row of a write. */
export const isLocked = ({ table, place }: RowWrite): boolean =>
  table.locks.size > 0 && table.locks.has(lockName(place));

function assertReturnValues(wanted: ReturnValue | undefined): void {
  if (wanted === undefined || wanted === 'NONE' || wanted === 'ALL_OLD') return;
  throw invalid('Return values set to invalid value');
}

function returned(
  wanted: ReturnValue | undefined,
  before: AttributeMap | undefined,
  after: AttributeMap | undefined,
  paths: readonly (readonly Step[])[],
): AttributeMap | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return before === undefined ? undefined : copyRow(before);
    case 'ALL_NEW':
      return after === undefined ? undefined : copyRow(after);
    case 'UPDATED_OLD':
      return changed(before, paths);
    case 'UPDATED_NEW':
      return changed(after, paths);
    case 'NONE':
    case undefined:
      return undefined;
  }
}

/** What stands at the changed paths. Of a list that has a changed element, all of it. */
function changed(row: AttributeMap | undefined, paths: readonly (readonly Step[])[]): AttributeMap | undefined {
  const whole = paths.map((steps) => {
    const list = steps.findIndex((step) => typeof step === 'number');
    return list === -1 ? steps : steps.slice(0, list);
  });
  const found = project(row ?? {}, whole);
  return Object.keys(found).length > 0 ? found : undefined;
}
