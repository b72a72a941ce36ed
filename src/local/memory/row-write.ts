import type { ConditionCheck, Delete, Put, Update } from '@aws-sdk/client-dynamodb';
import { acceptRow, assertRowSize } from './accept.js';
import { tableOf } from './database.js';
import type { Database } from './database.js';
import { invalid, KeyMismatch } from './errors.js';
import { checkCondition } from './expressions/check-condition.js';
import { holds } from './expressions/evaluate.js';
import * as parse from './expressions/parse.js';
import { assertApart } from './expressions/paths.js';
import { Placeholders } from './expressions/placeholders.js';
import type { PlaceholderInput } from './expressions/placeholders.js';
import type { Parsed, Step, UpdateAction } from './expressions/syntax.js';
import { checkUpdate, updated } from './expressions/update.js';
import { keyNames, placeOfKey, placeOfRow } from './key-schema.js';
import type { Place } from './key-schema.js';
import type { MemoryTable, SizedRow } from './table.js';
import type { AttributeMap } from './values.js';

/** A write of one row, plain or in a transaction, after all checks that need no stored row. */
export interface RowWrite {
  readonly table: MemoryTable;
  readonly place: Place;
  /** A row, or the key alone: what holds the key attributes. */
  readonly key: AttributeMap;
  /** Whether it may change the row; a condition check does not. */
  readonly changes: boolean;
  /** What the request itself carries, in bytes as DynamoDB counts them. */
  readonly bytes: number;
  /** Whether the row that fails the condition is wanted in the error. */
  readonly wantsFailed: boolean;
  /** The paths that an update changes. */
  readonly paths: readonly (readonly Step[])[];
  /** Whether the condition holds of what is stored. */
  readonly accepts: (before: AttributeMap | undefined) => boolean;
  /** The row afterwards; undefined where there is none. @throws MemoryDynamoError (ValidationException) */
  readonly next: (before: SizedRow | undefined) => SizedRow | undefined;
}

type Input<T> = { readonly [Member in keyof T]?: T[Member] | undefined } & PlaceholderInput;

export function preparePut(database: Database, input: Input<Put>): RowWrite {
  const { accepts } = conditional(input);
  const row = acceptRow(input.Item ?? {});
  const size = assertRowSize(row);
  const table = tableOf(database, input.TableName);
  const place = placeOfRow(table.keys, row);
  return { ...base(input, { table, place, key: row }, accepts), bytes: size, next: () => ({ row, size }) };
}

export function prepareDelete(database: Database, input: Input<Delete>): RowWrite {
  const { accepts } = conditional(input);
  return { ...base(input, keyed(database, input), accepts), next: () => undefined };
}

export function prepareCheck(database: Database, input: Input<ConditionCheck>): RowWrite {
  if (input.ConditionExpression === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  const { accepts } = conditional(input);
  return { ...base(input, keyed(database, input), accepts), changes: false, next: (before) => before };
}

export function prepareUpdate(database: Database, input: Input<Update>): RowWrite {
  const update = input.UpdateExpression === undefined ? undefined : parse.update(input.UpdateExpression);
  const { accepts, placeholders } = conditional(input, update);
  const actions = update?.tree ?? [];
  const paths = actions.map(({ path }) => placeholders.steps(path));
  assertApart('UpdateExpression', paths);
  checkUpdate(actions, placeholders);
  const target = keyed(database, input);
  for (const [name] of paths) {
    if (!keyNames(target.table.keys).includes(name as string)) continue;
    throw new KeyMismatch(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
  }
  const next = (before: SizedRow | undefined): SizedRow => {
    const row = updated(before?.row ?? target.key, actions, placeholders);
    return { row, size: assertRowSize(row, 'Item size to update has exceeded the maximum allowed size') };
  };
  return { ...base(input, target, accepts), paths, next };
}

function base(
  input: { readonly ReturnValuesOnConditionCheckFailure?: string | undefined },
  target: Target,
  accepts: RowWrite['accepts'],
): Omit<RowWrite, 'next'> {
  const wantsFailed = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return { ...target, changes: true, bytes: 0, wantsFailed, paths: [], accepts };
}

type Target = Pick<RowWrite, 'table' | 'place' | 'key'>;

function keyed(database: Database, input: { readonly TableName?: string | undefined; readonly Key?: unknown }): Target {
  const key = acceptRow(input.Key ?? {});
  const table = tableOf(database, input.TableName);
  return { table, place: placeOfKey(table.keys, key), key };
}

const NO_ROW: AttributeMap = {};

function conditional(
  input: PlaceholderInput & { readonly ConditionExpression?: string | undefined },
  update?: Parsed<readonly UpdateAction[]>,
): { readonly accepts: RowWrite['accepts']; readonly placeholders: Placeholders } {
  const condition = input.ConditionExpression === undefined ? undefined : parse.condition(input.ConditionExpression);
  const placeholders = new Placeholders(input, [update, condition], 'ConditionExpression');
  if (condition === undefined) return { accepts: () => true, placeholders };
  checkCondition('ConditionExpression', condition.tree, placeholders);
  return { accepts: (before) => holds(condition.tree, before ?? NO_ROW, placeholders), placeholders };
}
