import { describe, expect, test } from '@jest/globals';
import { key, on, refusal, TABLE, withTable } from './tables.js';
import type { MemoryDynamo } from '../../../src/local/memory/memory-dynamo.js';

type Page = { Items: { pk: { S: string }; sk: { S: string } }[]; LastEvaluatedKey?: object; ScannedCount: number };

const put = (dynamo: MemoryDynamo, Item: object) => on(dynamo, 'PutItem', { Item });
const query = (dynamo: MemoryDynamo, more: object = {}) =>
  on(dynamo, 'Query', {
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': { S: 'p' } },
    ...more,
  }) as unknown as Page;
const rangeKeys = ({ Items }: Page) => Items.map(({ sk }) => Object.values(sk)[0]);

describe('keys', () => {
  test('texts sort by their UTF-8 bytes', () => {
    const dynamo = withTable();
    for (const sk of ['😀', '\uffee', 'é', 'z', 'a']) put(dynamo, key('p', sk));
    expect(rangeKeys(query(dynamo))).toEqual(['a', 'z', 'é', '\uffee', '😀']);
    expect(rangeKeys(query(dynamo, { ScanIndexForward: false, Limit: 2 }))).toEqual(['😀', '\uffee']);
  });

  test('numbers sort by value, and one value is one key', () => {
    const dynamo = withTable('S', 'N');
    for (const N of ['10', '9', '-1', '-10', '1.0', '1', '1e2']) put(dynamo, { pk: { S: 'p' }, sk: { N } });
    expect(rangeKeys(query(dynamo))).toEqual(['-10', '-1', '1', '9', '10', '100']);
  });

  test.each([
    [{ pk: { S: 'p' } }, /Missing the key sk in the item/],
    [{ pk: { N: '1' }, sk: { S: 'a' } }, /Type mismatch for key pk expected: S actual: N/],
    [key('', 'a'), /cannot contain an empty string value. Key: pk/],
    [key('p'.repeat(2049), 'a'), /2048 bytes/],
    [key('p', 'é'.repeat(513)), /1024 bytes/],
  ])('%j is none', (Item, message) => expect(() => put(withTable(), Item)).toThrow(message));
});

describe('values', () => {
  test.each([
    [{ SS: [] }, /An string set {2}may not be empty/],
    [{ NS: ['1', '1.0'] }, /contains duplicates/],
    [{ N: '1'.repeat(39) }, /38 significant digits/],
    [{ S: 'a', N: '1' }, /more than one datatypes/],
    [{}, /is empty, must contain exactly one/],
    [{ S: 'x'.repeat(400 * 1024) }, /Item size has exceeded the maximum allowed size/],
  ])('%.30j is refused', (a, message) => {
    expect(() => put(withTable(), { ...key('p', 'a'), a })).toThrow(message);
  });

  test('neither the request nor an answer shares anything with what is stored', () => {
    const dynamo = withTable();
    const Item = { ...key('p', 'a'), bytes: { B: Buffer.from([1]) }, list: { L: [{ S: 'x' }] } };
    put(dynamo, Item);
    Item.bytes.B[0] = 2;
    Item.list.L.pop();
    const read = () => on(dynamo, 'GetItem', { Key: key('p', 'a') })['Item'] as typeof Item;
    read().list.L.push({ S: 'y' });
    read().bytes.B[0] = 3;
    expect(read()).toEqual({ ...key('p', 'a'), bytes: { B: new Uint8Array([1]) }, list: { L: [{ S: 'x' }] } });
  });
});

describe('pages', () => {
  test('end at the limit, with a key to go on from even where no row follows', () => {
    const dynamo = withTable();
    for (const sk of ['a', 'b']) put(dynamo, key('p', sk));
    const first = query(dynamo, { Limit: 2 });
    expect(first.LastEvaluatedKey).toEqual(key('p', 'b'));
    expect(query(dynamo, { Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey })).toMatchObject({
      Items: [],
      ScannedCount: 0,
    });
  });

  test('end at 1 MB of what was looked at, before the filter', () => {
    const dynamo = withTable();
    for (const sk of ['a', 'b', 'c', 'd']) put(dynamo, { ...key('p', sk), fill: { S: 'x'.repeat(390 * 1024) } });
    const page = query(dynamo, { FilterExpression: 'attribute_not_exists(fill)' });
    expect(page).toMatchObject({ Items: [], ScannedCount: 3, LastEvaluatedKey: key('p', 'c') });
  });

  test('of a scan are the same rows whatever the limit and the segments', () => {
    const dynamo = withTable();
    for (let i = 0; i < 60; i++) put(dynamo, key(`p${i % 20}`, String(i)));
    const scan = (more: object): string[] => {
      const found: string[] = [];
      let ExclusiveStartKey: object | undefined;
      do {
        const page = on(dynamo, 'Scan', { ...more, ExclusiveStartKey }) as unknown as Page;
        found.push(...page.Items.map(({ sk }) => sk.S));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    };
    const whole = scan({});
    expect(new Set(whole).size).toBe(60);
    expect(scan({ Limit: 7 })).toEqual(whole);
    const segments = [0, 1, 2, 3].map((Segment) => scan({ Segment, TotalSegments: 4, Limit: 3 }));
    expect(segments.flat()).toEqual(whole);
    expect(segments.filter((rows) => rows.length > 0).length).toBeGreaterThan(2);
    expect(dynamo.rows(TABLE).map(({ sk }) => (sk as { S: string }).S)).toEqual(whole);
  });

  test.each([
    [{ KeyConditionExpression: 'pk > :p' }, /Query key condition not supported/],
    [{ KeyConditionExpression: 'sk = :p' }, /Query condition missed key schema element: pk/],
    [{ KeyConditionExpression: 'pk = :p OR sk = :p' }, /Invalid operator used in KeyConditionExpression: OR/],
    [{ FilterExpression: 'sk = :p' }, /Filter Expression can only contain non-primary key attributes/],
    [{ ExclusiveStartKey: key('q', 'a') }, /outside query boundaries/],
    [{ Limit: 0 }, /Limit must be greater than or equal to 1/],
    [{ IndexName: 'byDate' }, /no secondary indexes/],
    [{ QueryFilter: {} }, /does not carry out QueryFilter/],
  ])('%j is refused', (more, message) => expect(() => query(withTable(), more)).toThrow(message));
});

test('the cost of a request is counted as DynamoDB does', () => {
  const dynamo = withTable();
  const fill = (bytes: number) => ({ ...key('p', 'a'), fill: { S: 'x'.repeat(bytes) } });
  const units = (operation: string, input: object) =>
    (
      on(dynamo, operation, { ReturnConsumedCapacity: 'TOTAL', ...input })['ConsumedCapacity'] as {
        CapacityUnits: number;
      }
    ).CapacityUnits;
  expect(units('PutItem', { Item: fill(3000) })).toBe(3);
  expect(units('PutItem', { Item: fill(100) })).toBe(3);
  expect(units('PutItem', { Item: fill(5000) })).toBe(5);
  expect(units('GetItem', { Key: key('p', 'a') })).toBe(1);
  expect(units('GetItem', { Key: key('p', 'a'), ConsistentRead: true })).toBe(2);
  expect(units('GetItem', { Key: key('p', 'b') })).toBe(0.5);
  const transaction = {
    TransactItems: [{ Put: { TableName: TABLE, Item: fill(3000) } }],
    ReturnConsumedCapacity: 'TOTAL',
  };
  expect(dynamo.execute('TransactWriteItems', transaction)).toEqual({
    ConsumedCapacity: [{ TableName: TABLE, CapacityUnits: 10, WriteCapacityUnits: 10 }],
  });
});

test('what a table is not, it refuses to be', () => {
  const dynamo = withTable();
  expect(refusal(() => on(dynamo, 'CreateTable', { GlobalSecondaryIndexes: [] })).name).toBe('ValidationException');
  expect(refusal(() => dynamo.execute('GetItem', { TableName: 'nowhere', Key: {} })).name).toBe(
    'ResourceNotFoundException',
  );
  expect(refusal(() => dynamo.execute('ExecuteStatement', {})).name).toBe('UnknownOperationException');
});
