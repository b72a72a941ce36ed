import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { Sender } from '../../src/dynamo/sender.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import { absent, all, any, atMost, equals, less, rowAbsent, rowExists } from '../../src/table/condition.js';
import { RowTooLargeError, TooManyActionsError, TransactionTooLargeError } from '../../src/table/errors.js';
import type { Action } from '../../src/table/gateway.js';
import { newTable } from './wire.js';

let engine: LocalEngine;
let gateway: DynamoGateway;

beforeAll(async () => {
  engine = await startLocalEngine();
  gateway = await newTable(engine);
});
afterAll(() => engine.stop());

const key = (pk: string, sk = '/') => ({ pk, sk });
const put = (
  pk: string,
  row: Action & { kind: 'put' } extends { row: infer R } ? R : never,
  condition = rowAbsent,
): Action => ({
  kind: 'put',
  key: key(pk),
  row,
  condition,
});

describe('reads', () => {
  test('a row comes back whole, in the wire form, with its key', async () => {
    const bytes = Uint8Array.of(0, 255, 7);
    await gateway.write(
      [put('/whole', { $type: { S: 'Order' }, data: { B: bytes }, list: { L: [{ NULL: true }] } })],
      '',
    );
    const row = await gateway.get(key('/whole'));
    expect(row).toEqual({
      pk: { S: '/whole' },
      sk: { S: '/' },
      $type: { S: 'Order' },
      data: { B: bytes },
      list: { L: [{ NULL: true }] },
    });
    expect(row!['data']).toHaveProperty('B', expect.any(Uint8Array));
    expect(gateway.keyOf(row!)).toEqual(key('/whole'));
  });

  test('a row that is not there is undefined', async () => {
    expect(await gateway.get(key('/nowhere'))).toBeUndefined();
  });

  test('a query takes a prefix, bounds, a limit, a direction and a place to go on', async () => {
    for (const sk of ['/a1', '/a2', '/a3', '/b1'])
      await gateway.write([{ kind: 'put', key: key('/q', sk), row: {} }], '');
    const skOf = async (request: object) =>
      (await gateway.query({ pk: '/q', ...request })).rows.map((row) => gateway.keyOf(row).sk);
    expect(await skOf({})).toEqual(['/a1', '/a2', '/a3', '/b1']);
    expect(await skOf({ prefix: '' })).toHaveLength(4);
    expect(await skOf({ prefix: '/a' })).toEqual(['/a1', '/a2', '/a3']);
    expect(await skOf({ between: ['/a2', '/b1'] })).toEqual(['/a2', '/a3', '/b1']);
    expect(await skOf({ prefix: '/a', descending: true, consistent: false })).toEqual(['/a3', '/a2', '/a1']);
    const page = await gateway.query({ pk: '/q', limit: 2 });
    expect(page.last).toEqual(key('/q', '/a2'));
    expect(await skOf({ after: page.last })).toEqual(['/a3', '/b1']);
  });

  test('scans in segments see every row once', async () => {
    const seen = new Set<string>();
    for (let index = 0; index < 3; index++) {
      let after;
      do {
        const page = await gateway.scan({
          segment: { index, of: 3 },
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        for (const row of page.rows) {
          const text = JSON.stringify(gateway.keyOf(row));
          expect(seen.has(text)).toBe(false);
          seen.add(text);
        }
        after = page.last;
      } while (after !== undefined);
    }
    expect([...seen].filter((text) => text.includes('"/q"'))).toHaveLength(4);
  });
});

test('reads are strongly consistent unless they are told not to be', async () => {
  const sent: unknown[] = [];
  const sender: Sender = {
    send: (_, input) => {
      sent.push((input as { ConsistentRead?: boolean }).ConsistentRead);
      return Promise.resolve({ output: { $metadata: {} } as never, signed: undefined, date: undefined });
    },
  };
  const reader = new DynamoGateway({ sender, table: 'any', loopback: true });
  const key = { pk: '/a', sk: '/' };
  await reader.get(key);
  await reader.query({ pk: '/a' });
  await reader.scan({});
  await reader.get(key, { consistent: false });
  await reader.query({ pk: '/a', consistent: false });
  expect(sent).toEqual([true, true, true, false, false]);
});

describe('writes', () => {
  test('a refused plain write says which row is there', async () => {
    await gateway.write([put('/taken', { n: { N: '1' } })], '');
    expect(await gateway.write([put('/taken', { n: { N: '2' } })], '')).toEqual({
      kind: 'refused',
      refusals: [{ action: 0, row: { pk: { S: '/taken' }, sk: { S: '/' }, n: { N: '1' } } }],
      doubtful: false,
    });
    expect(await gateway.write([{ kind: 'delete', key: key('/none'), condition: rowExists }], '')).toEqual({
      kind: 'refused',
      refusals: [{ action: 0, row: undefined }],
      doubtful: false,
    });
  });

  test('a refused transaction writes nothing, and names each action that did not hold', async () => {
    await gateway.write([put('/t1', { n: { N: '1' } })], '');
    const outcome = await gateway.write(
      [put('/t2', {}), put('/t1', {}), { kind: 'check', key: key('/t3'), condition: rowExists }],
      'token-refused',
    );
    expect(outcome.kind).toBe('refused');
    expect(outcome).toHaveProperty('refusals.0', { action: 1, row: expect.objectContaining({ n: { N: '1' } }) });
    expect(await gateway.get(key('/t2'))).toBeUndefined();
  });

  test('a transaction puts, deletes and checks at once', async () => {
    await gateway.write([put('/u1', {})], '');
    const outcome = await gateway.write(
      [
        put('/u2', { n: { N: '2' } }),
        { kind: 'delete', key: key('/u1') },
        { kind: 'check', key: key('/u3'), condition: rowAbsent },
      ],
      'token-applied',
    );
    expect(outcome).toEqual({ kind: 'applied' });
    expect(await gateway.get(key('/u1'))).toBeUndefined();
    expect(await gateway.get(key('/u2'))).toBeDefined();
  });

  test('every kind of condition means what it says', async () => {
    const write = async (condition: Action['condition']) =>
      (
        await gateway.write(
          [{ kind: 'put', key: key('/c'), row: { n: { N: '5' } }, ...(condition ? { condition } : {}) }],
          '',
        )
      ).kind;
    expect(await write(undefined)).toBe('applied');
    expect(await write(rowAbsent)).toBe('refused');
    expect(await write(rowExists)).toBe('applied');
    expect(await write(absent('n'))).toBe('refused');
    expect(await write(absent('$m'))).toBe('applied');
    expect(await write(equals('n', { N: '5' }))).toBe('applied');
    expect(await write(equals('n', { S: '5' }))).toBe('refused');
    expect(await write(less('n', { N: '5' }))).toBe('refused');
    expect(await write(atMost('n', { N: '5' }))).toBe('applied');
    expect(await write(all(rowExists, equals('n', { N: '5' }), any(absent('n'), less('n', { N: '6' }))))).toBe(
      'applied',
    );
    expect(await write(any(all(absent('n')), absent('pk')))).toBe('refused');
  });

  test('one check alone is a transaction', async () => {
    expect(await gateway.write([{ kind: 'check', key: key('/zz'), condition: rowAbsent }], 'token-check')).toEqual({
      kind: 'applied',
    });
  });

  test('limits are refused before anything is sent', async () => {
    const closed = await newTable(engine);
    const many = Array.from({ length: 101 }, (_, i) => put(`/${i}`, {}));
    await expect(closed.write(many, 't')).rejects.toThrow(TooManyActionsError);
    const big = { $type: { S: 'Order' }, text: { S: 'x'.repeat(400 * 1024) } };
    await expect(closed.write([put('/big', big)], 't')).rejects.toThrow(RowTooLargeError);
    const half = { text: { S: 'x'.repeat(300 * 1024) } };
    const heavy = Array.from({ length: 14 }, (_, i) => put(`/${i}`, half));
    await expect(closed.write(heavy, 't')).rejects.toThrow(TransactionTooLargeError);
    expect((await closed.scan({})).rows).toEqual([]);
  });
});

test('the table may call its keys what it likes, and the client may be a document client', async () => {
  const client = DynamoDBDocumentClient.from(engine.client);
  const other = await newTable(engine, { client, keys: { pk: 'PartitionKey', sk: 'sort-key' } });
  await other.write([put('/named', { n: { N: '12345678901234567890' } })], '');
  expect(await other.get(key('/named'))).toEqual({
    PartitionKey: { S: '/named' },
    'sort-key': { S: '/' },
    n: { N: '12345678901234567890' },
  });
  expect(await other.write([put('/named', {})], '')).toHaveProperty('refusals.0.row.n', { N: '12345678901234567890' });
  const page = await other.query({ pk: '/named', prefix: '/' });
  expect(page.rows.map((row) => other.keyOf(row))).toEqual([key('/named')]);
});
