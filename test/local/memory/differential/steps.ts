import { inspect } from 'node:util';
import * as fc from 'fast-check';
import type { AttributeMap, AttributeValue } from '../../../../src/values/attribute-value.js';
import { conditions, paths, print, projections, topLevel, updates } from './expressions.js';
import type { Part } from './expressions.js';
import { hashOf, keysOf, rangeOf, rows, tableKeys, values, wrongValues } from './values.js';
import type { Keys } from './values.js';

export const TABLE = 'items';

/** One request; a query or a scan with `pages` is read to its end. */
export interface Step {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly pages?: true;
}

/** A table and what is done to it. */
export interface Sequence {
  readonly keys: Keys;
  readonly steps: readonly Step[];
}

const capacity = fc.constantFrom({}, {}, { ReturnConsumedCapacity: 'TOTAL' }, { ReturnConsumedCapacity: 'INDEXES' });
const onFailure = fc.constantFrom({}, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
const consistent = fc.constantFrom({}, { ConsistentRead: true });

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined, freq: 2 });

function printed(members: readonly string[], ...expressions: readonly (readonly Part[] | undefined)[]): object {
  const { texts, ...placeholders } = print(...expressions);
  const given = members.flatMap((member, index) => (texts[index] === undefined ? [] : [[member, texts[index].trim()]]));
  return { ...Object.fromEntries(given), ...placeholders };
}

const condition = maybe(conditions('pk')).map((parts) => printed(['ConditionExpression'], parts));

const step = (operation: string, ...inputs: readonly fc.Arbitrary<object>[]): fc.Arbitrary<Step> =>
  fc.tuple(...inputs).map((parts) => ({ operation, input: Object.assign({ TableName: TABLE }, ...parts) as never }));

const returning = (...wanted: readonly string[]): fc.Arbitrary<object> =>
  fc.constantFrom({}, ...wanted.map((ReturnValues) => ({ ReturnValues })));

function plainWrites(keys: Keys): fc.Arbitrary<Step> {
  const Key = keysOf(keys).map((key) => ({ Key: key }));
  const Item = rows(keys).map((row) => ({ Item: row }));
  const update = (path: fc.Arbitrary<Part[]>) =>
    fc
      .tuple(updates(path), maybe(conditions('pk')))
      .map(([change, only]) => printed(['UpdateExpression', 'ConditionExpression'], change, only));
  const returned = returning('ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW');
  // Engines differ in what they give of nested paths: the whole row shows what was done.
  const whole = fc.constant({ ReturnValues: 'ALL_NEW' });
  return fc.oneof(
    { weight: 5, arbitrary: step('PutItem', Item, condition, returning('ALL_OLD'), onFailure, capacity) },
    { weight: 2, arbitrary: step('DeleteItem', Key, condition, returning('ALL_OLD'), onFailure, capacity) },
    { weight: 3, arbitrary: step('UpdateItem', Key, update(topLevel), returned, onFailure, capacity) },
    { weight: 1, arbitrary: step('UpdateItem', Key, update(paths), whole, onFailure, capacity) },
  );
}

function transactions(keys: Keys): fc.Arbitrary<Step> {
  const on = (...inputs: readonly fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
    fc.tuple(onFailure, ...inputs).map((parts) => Object.assign({ TableName: TABLE }, ...parts) as object);
  const Key = keysOf(keys).map((key) => ({ Key: key }));
  const check = conditions('pk').map((parts) => printed(['ConditionExpression'], parts));
  const update = fc
    .tuple(updates(topLevel), maybe(conditions('pk')))
    .map(([change, only]) => printed(['UpdateExpression', 'ConditionExpression'], change, only));
  const action = fc.oneof(
    on(
      rows(keys).map((Item) => ({ Item })),
      condition,
    ).map((Put) => ({ Put })),
    on(Key, condition).map((Delete) => ({ Delete })),
    on(Key, update).map((Update) => ({ Update })),
    on(Key, check).map((ConditionCheck) => ({ ConditionCheck })),
  );
  const token = fc.constantFrom({}, { ClientRequestToken: 'one' }, { ClientRequestToken: 'two' });
  const write = fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.uniqueArray(action, { minLength: 1, maxLength: 4, selector: rowOf }) },
        { weight: 1, arbitrary: fc.array(action, { minLength: 2, maxLength: 3 }) },
      ),
      token,
      capacity,
    )
    .map(([TransactItems, ...rest]) => ({
      operation: 'TransactWriteItems',
      input: Object.assign({ TransactItems }, ...rest) as never,
    }));
  const get = fc.tuple(fc.array(keysOf(keys), { minLength: 1, maxLength: 3 }), capacity).map(([found, more]) => ({
    operation: 'TransactGetItems',
    input: { TransactItems: found.map((of) => ({ Get: { TableName: TABLE, Key: of } })), ...more },
  }));
  return fc.oneof({ weight: 4, arbitrary: write }, { weight: 1, arbitrary: get });
}

/** The row that an action of a transaction is on. */
function rowOf(action: object): string {
  const [{ Item, Key }] = Object.values(action) as [{ readonly Item?: AttributeMap; readonly Key?: AttributeMap }];
  const { pk, sk } = (Item ?? Key)!;
  return inspect([pk, sk]);
}

function batches(keys: Keys): fc.Arbitrary<Step> {
  const projection = maybe(projections).map((parts) => printed(['ProjectionExpression'], parts));
  const get = fc
    .tuple(fc.array(keysOf(keys), { minLength: 1, maxLength: 4 }), projection, consistent, capacity)
    .map(([Keys, project, read, more]) => ({
      operation: 'BatchGetItem',
      input: { RequestItems: { [TABLE]: { Keys, ...project, ...read } }, ...more },
    }));
  const write = fc.oneof(
    rows(keys).map((Item) => ({ PutRequest: { Item } })),
    keysOf(keys).map((Key) => ({ DeleteRequest: { Key } })),
  );
  const writes = fc
    .tuple(fc.array(write, { minLength: 1, maxLength: 4 }), capacity)
    .map(([all, more]) => ({ operation: 'BatchWriteItem', input: { RequestItems: { [TABLE]: all }, ...more } }));
  return fc.oneof(get, writes);
}

function rangeConditions(keys: Keys): fc.Arbitrary<readonly Part[]> {
  const value = rangeOf(keys);
  const compare = fc
    .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), value)
    .map(([sign, of]): Part[] => [{ name: 'sk' }, ` ${sign} `, { value: of }]);
  const between = fc
    .tuple(value, value)
    .map(([low, high]): Part[] => [{ name: 'sk' }, ' BETWEEN ', { value: low }, ' AND ', { value: high }]);
  const begins = value.map((of): Part[] => ['begins_with(', { name: 'sk' }, ', ', { value: of }, ')']);
  return fc.oneof(compare, between, keys.range === 'N' ? compare : begins).map((parts) => [' AND ', ...parts]);
}

function reads(keys: Keys): fc.Arbitrary<Step> {
  const get = step(
    'GetItem',
    keysOf(keys).map((Key) => ({ Key })),
    maybe(projections).map((parts) => printed(['ProjectionExpression'], parts)),
    consistent,
    capacity,
  );
  const range = keys.range === undefined ? fc.constant([]) : maybe(rangeConditions(keys)).map((parts) => parts ?? []);
  const limit = fc.constantFrom({}, { Limit: 1 }, { Limit: 2 }, { Limit: 3 });
  const select = fc.constantFrom({}, {}, { Select: 'COUNT' });
  const query = fc
    .tuple(hashOf(keys), range, maybe(conditions()), limit, select, fc.boolean(), consistent, capacity)
    .map(([pk, and, filter, most, wanted, ScanIndexForward, read, more]): Step => {
      const expression: Part[] = [{ name: 'pk' }, ' = ', { value: pk }, ...and];
      const expressions = printed(['KeyConditionExpression', 'FilterExpression'], expression, filter);
      const input = { TableName: TABLE, ...expressions, ...most, ...wanted, ScanIndexForward, ...read, ...more };
      return { operation: 'Query', input, pages: true };
    });
  const scan = fc
    .tuple(maybe(conditions('pk')), limit, fc.constantFrom(1, 1, 3), consistent)
    .map(([filter, most, TotalSegments, read]): Step => {
      const expressions = printed(['FilterExpression'], filter);
      return {
        operation: 'Scan',
        input: { TableName: TABLE, ...expressions, ...most, TotalSegments, ...read },
        pages: true,
      };
    });
  return fc.oneof(get, query, scan);
}

/** Requests that DynamoDB refuses. */
function mistakes(keys: Keys): fc.Arbitrary<Step> {
  const input = <T>(of: fc.Arbitrary<T>, as: (value: T) => object) => of.map(as);
  const wrongKey = fc.constantFrom<AttributeMap>(
    {},
    { pk: { S: '' }, sk: { S: 'a' } },
    { pk: { BOOL: true }, sk: { S: 'a' } },
    { pk: { S: 'p' }, sk: { NULL: true } },
    { pk: { S: 'p' }, sk: { S: 'a' }, more: { S: 'a' } },
    { pk: { S: 'p'.repeat(2049) }, sk: { S: 'a' } },
  );
  const wrongRow = fc.tuple(rows(keys), wrongValues).map(([row, c]): Record<string, AttributeValue> => ({ ...row, c }));
  const key = keysOf(keys);
  const expression = fc.constantFrom(
    'attribute_exists(a)',
    'a',
    'a =',
    'a = :x AND',
    '((a = :x))',
    '#x = :x',
    'nothing(a)',
    '',
    'a == :x',
  );
  return fc.oneof(
    step(
      'GetItem',
      input(wrongKey, (Key) => ({ Key })),
    ),
    step(
      'DeleteItem',
      input(wrongKey, (Key) => ({ Key })),
    ),
    step(
      'PutItem',
      input(wrongRow, (Item) => ({ Item })),
    ),
    step(
      'PutItem',
      input(fc.tuple(rows(keys), expression, values), ([Item, ConditionExpression, x]) => ({
        Item,
        ConditionExpression,
        ExpressionAttributeValues: { ':x': x },
      })),
    ),
    step(
      'UpdateItem',
      input(fc.tuple(key, values), ([Key, x]) => ({
        Key,
        UpdateExpression: 'SET pk = :x',
        ExpressionAttributeValues: { ':x': x },
      })),
    ),
    step(
      'PutItem',
      input(rows(keys), (Item) => ({ Item, TableName: 'nowhere' })),
    ),
  );
}

export const sequences: fc.Arbitrary<Sequence> = tableKeys.chain((keys) =>
  fc.record({
    keys: fc.constant(keys),
    steps: fc.array(
      fc.oneof(
        { weight: 8, arbitrary: plainWrites(keys) },
        { weight: 4, arbitrary: transactions(keys) },
        { weight: 2, arbitrary: batches(keys) },
        { weight: 4, arbitrary: reads(keys) },
        { weight: 1, arbitrary: mistakes(keys) },
      ),
      { minLength: 3, maxLength: 12 },
    ),
  }),
);
