import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MemoryDynamo } from '../../../src/local/memory/memory-dynamo.js';
import { key, on, refusal, TABLE, withTable } from './tables.js';

let now = 0;
let dynamo: MemoryDynamo;
beforeEach(() => {
  now = 1_000_000;
  dynamo = withTable('S', 'S', () => now);
});

const put = (sk: string, n: number, more: object = {}) => ({
  Put: { TableName: TABLE, Item: { ...key('p', sk), n: { N: String(n) } }, ...more },
});
const counted = (ClientRequestToken: string, by = '1') => ({
  TransactItems: [
    {
      Update: {
        TableName: TABLE,
        Key: key('p', 'a'),
        UpdateExpression: 'ADD n :by',
        ExpressionAttributeValues: { ':by': { N: by } },
      },
    },
  ],
  ClientRequestToken,
});
const transact = (input: object) => dynamo.execute('TransactWriteItems', input);
const absent = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
const stored = (sk: string) =>
  (on(dynamo, 'GetItem', { Key: key('p', sk) })['Item'] as { n: { N: string } } | undefined)?.n.N;

describe('TransactWriteItems', () => {
  test('writes all, or nothing, and says for each action what stood in its way', () => {
    transact({ TransactItems: [put('a', 1), put('b', 1)] });
    const error = refusal(() => transact({ TransactItems: [put('c', 2), put('a', 2, absent), put('d', 2, absent)] }));
    expect(error).toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed, None]'),
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Item: { ...key('p', 'a'), n: { N: '1' } },
          Message: 'The conditional request failed',
        },
        { Code: 'None' },
      ],
    });
    expect([stored('a'), stored('c')]).toEqual(['1', undefined]);
  });

  test.each<[string, object[], RegExp]>([
    ['two actions on one row', [put('a', 1), put('a', 2)], /multiple operations on one item/],
    ['no action', [], /length greater than or equal to 1/],
    ['more than 100 actions', Array.from({ length: 101 }, (_, i) => put(String(i), 1)), /less than or equal to 100/],
    [
      'more than 4 MB',
      Array.from({ length: 11 }, (_, i) => ({
        Put: { TableName: TABLE, Item: { ...key('p', String(i)), s: { S: 'x'.repeat(399_000) } } },
      })),
      /4MB limit/,
    ],
    ['two actions in one', [{ ...put('a', 1), Delete: { TableName: TABLE, Key: key('p', 'b') } }], /only contain one/],
  ])('refuses %s', (_, TransactItems, message) => {
    expect(refusal(() => transact({ TransactItems }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  test('a token is carried out once within ten minutes', () => {
    transact(counted('t'));
    transact(counted('t'));
    expect(stored('a')).toBe('1');
    expect(refusal(() => transact(counted('t', '2'))).name).toBe('IdempotentParameterMismatchException');
    now += 10 * 60 * 1000;
    transact(counted('t', '2'));
    expect(stored('a')).toBe('3');
  });

  test('a transaction that failed leaves no token', () => {
    const input = {
      TransactItems: [put('a', 1, { ConditionExpression: 'attribute_exists(pk)' })],
      ClientRequestToken: 't',
    };
    expect(refusal(() => transact(input)).name).toBe('TransactionCanceledException');
    on(dynamo, 'PutItem', { Item: key('p', 'a') });
    transact(input);
    expect(stored('a')).toBe('1');
  });
});

describe('a transaction that becomes visible row by row', () => {
  beforeEach(() => {
    transact({ TransactItems: [put('a', 1), put('b', 1), put('c', 1)] });
  });

  const begin = () =>
    dynamo.beginTransaction({
      TransactItems: [
        put('a', 2),
        put('b', 2),
        { ConditionCheck: { TableName: TABLE, Key: key('p', 'c'), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    });

  test('each row is as it was until it is applied, in any order', () => {
    const { rows } = begin();
    expect(rows.map((row) => [row.table, row.key])).toEqual(['a', 'b', 'c'].map((sk) => [TABLE, key('p', sk)]));
    expect([stored('a'), stored('b')]).toEqual(['1', '1']);
    rows[1]!.apply();
    expect([stored('a'), stored('b')]).toEqual(['1', '2']);
    rows[1]!.apply();
    rows[0]!.apply();
    expect([stored('a'), stored('b'), stored('c')]).toEqual(['2', '2', '1']);
  });

  test('its rows are closed to other writers, and open again once applied', () => {
    const { rows } = begin();
    const plain = () => on(dynamo, 'PutItem', put('a', 3).Put);
    expect(refusal(plain).name).toBe('TransactionConflictException');
    expect(refusal(() => transact({ TransactItems: [put('d', 3), put('c', 3)] }))).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    });
    const get = { Get: { TableName: TABLE, Key: key('p', 'a') } };
    expect(
      refusal(() => dynamo.execute('TransactGetItems', { TransactItems: [get] })).CancellationReasons,
    ).toMatchObject([{ Code: 'TransactionConflict' }]);
    const batch = [{ PutRequest: { Item: key('p', 'b') } }, { PutRequest: { Item: key('p', 'e') } }];
    expect(dynamo.execute('BatchWriteItem', { RequestItems: { [TABLE]: batch } })).toEqual({
      UnprocessedItems: { [TABLE]: [batch[0]] },
    });
    rows[0]!.apply();
    expect(plain).not.toThrow();
    rows[0]!.apply();
    expect(stored('a')).toBe('3');
  });

  test('a repeated token begins nothing', () => {
    dynamo.beginTransaction(counted('t')).rows[0]!.apply();
    expect(dynamo.beginTransaction(counted('t')).rows).toEqual([]);
    expect(stored('a')).toBe('2');
  });
});

test('a snapshot brings back rows, tokens and what was pending', () => {
  transact(counted('t'));
  const { rows } = dynamo.beginTransaction({ TransactItems: [put('b', 1)] });
  const snapshot = dynamo.snapshot();
  for (let round = 0; round < 2; round++) {
    rows[0]!.apply();
    on(dynamo, 'DeleteItem', { Key: key('p', 'a') });
    transact(counted('u'));
    expect([stored('a'), stored('b')]).toEqual(['1', '1']);
    on(dynamo, 'PutItem', { Item: key('q', 'z') });
    dynamo.restore(snapshot);
    expect([stored('a'), stored('b'), dynamo.rows(TABLE).length]).toEqual(['1', undefined, 1]);
    transact(counted('t'));
    expect(stored('a')).toBe('1');
  }
});
