import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  GroupFullError,
  ThrottledError,
  TokenReusedError,
  TransactionConflictError,
  WriteRejectedError,
} from '../../src/dynamo/errors.js';
import { openGateway, type DynamoGateway } from '../../src/dynamo/gateway.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import { rowAbsent } from '../../src/table/condition.js';
import type { Action } from '../../src/table/gateway.js';
import { Faults } from './faults.js';
import { clientOf, newTable } from './wire.js';

const ATTEMPTS = 4;
const item = { pk: { S: '/a' }, sk: { S: '/' } };

let engine: LocalEngine;
let faults: Faults;
let gateway: DynamoGateway;
let pauses: number[];

beforeAll(async () => {
  engine = await startLocalEngine();
});
afterAll(() => engine.stop());

beforeEach(async () => {
  faults = new Faults();
  pauses = [];
  const { table } = await newTable(engine);
  const client = clientOf(engine);
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  gateway = await openGateway({
    client,
    table,
    backoff: { attempts: ATTEMPTS, base: 10, cap: 25 },
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
});

const put = (pk: string): Action => ({ kind: 'put', key: { pk, sk: '/' }, row: {}, condition: rowAbsent });
const two = [put('/a'), put('/b')];
const conflict = { Code: 'TransactionConflict' };
const none = { Code: 'None' };
const refused = { Code: 'ConditionalCheckFailed', Item: item };
const tokens = () => faults.sent.map(({ body }) => body['ClientRequestToken']);

describe('a transaction that meets others', () => {
  test('is sent again with the same token until it is through', async () => {
    faults.cancel(conflict, none).cancel(none, { Code: 'ThrottlingError' }).fail('TransactionInProgressException');
    expect(await gateway.write(two, 'one-token')).toEqual({ kind: 'applied' });
    expect(tokens()).toEqual(['one-token', 'one-token', 'one-token', 'one-token']);
    expect(pauses).toHaveLength(3);
    expect(pauses.every((pause) => pause >= 0 && pause <= 25)).toBe(true);
  });

  test('ends as refused, without refusals, once other content would do better', async () => {
    faults.cancel(conflict, none).cancel(conflict, none);
    let asked = 0;
    const outdated = (): boolean => ++asked === 2;
    expect(await gateway.write(two, 'one-token', { outdated })).toEqual({
      kind: 'refused',
      refusals: [],
      doubtful: false,
    });
    expect(tokens()).toHaveLength(2);
  });

  test('gives up with a typed error that says nothing was written', async () => {
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel(conflict, none);
    await expect(gateway.write(two, 't')).rejects.toThrow(TransactionConflictError);
    expect(faults.sent).toHaveLength(ATTEMPTS);
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel({ Code: 'ProvisionedThroughputExceeded' }, none);
    await expect(gateway.write(two, 't')).rejects.toThrow(ThrottledError);
  });

  test('is refused only by what refuses it alone, or for as long as it was tried', async () => {
    faults.cancel(conflict, refused);
    expect(await gateway.write(two, 't')).toEqual({ kind: 'applied' });
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel(conflict, refused);
    expect(await gateway.write(two, 'u')).toEqual({
      kind: 'refused',
      refusals: [{ action: 1, row: item }],
      doubtful: false,
    });
  });
});

test('a plain write that meets a transaction is sent again', async () => {
  faults.fail('TransactionConflictException');
  expect(await gateway.write([put('/p')], '')).toEqual({ kind: 'applied' });
  expect(faults.sent.map(({ operation }) => operation)).toEqual(['PutItem', 'PutItem']);
});

test('a reason None proves nothing: only the failed condition is a refusal', async () => {
  faults.cancel(none, refused);
  expect(await gateway.write(two, 't')).toEqual({
    kind: 'refused',
    refusals: [{ action: 1, row: item }],
    doubtful: false,
  });
});

test.each([
  ['ValidationError', WriteRejectedError],
  ['ItemCollectionSizeLimitExceeded', GroupFullError],
])('the reason %s is a typed error, at once', async (Code, type) => {
  faults.cancel(conflict, { Code, Message: 'because' });
  await expect(gateway.write(two, 't')).rejects.toThrow(type);
  expect(faults.sent).toHaveLength(1);
});

describe('a read of several rows at one moment', () => {
  const keys = [
    { pk: '/a', sk: '/' },
    { pk: '/b', sk: '/' },
  ];
  const read = () => gateway.getTogether(keys);

  test('gives them in the order of their keys, and undefined where there is none', async () => {
    await gateway.write([put('/b')], 'one');
    expect(await read()).toEqual([undefined, { pk: { S: '/b' }, sk: { S: '/' } }]);
  });

  test('is sent again while transactions are in the way, or it is throttled', async () => {
    faults.cancel(conflict, none).cancel(none, { Code: 'ThrottlingError' }).fail('TransactionInProgressException');
    expect(await read()).toEqual([undefined, undefined]);
    expect(pauses).toHaveLength(3);
  });

  test('gives up with a typed error', async () => {
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel(conflict, none);
    await expect(read()).rejects.toThrow(TransactionConflictError);
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel(none, { Code: 'ProvisionedThroughputExceeded' });
    await expect(read()).rejects.toThrow(ThrottledError);
    expect(faults.sent).toHaveLength(2 * ATTEMPTS);
  });

  test('passes other errors on at once', async () => {
    faults.cancel({ Code: 'ValidationError', Message: 'no' }, none);
    await expect(read()).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(faults.sent).toHaveLength(1);
  });
});

test('a token that was used for other content is a typed error', async () => {
  faults.fail('IdempotentParameterMismatchException');
  await expect(gateway.write(two, 't')).rejects.toThrow(TokenReusedError);
});

test('errors that nothing is known about pass through unchanged', async () => {
  faults.fail('SomethingNewException');
  await expect(gateway.write(two, 't')).rejects.toMatchObject({ name: 'SomethingNewException' });
  faults.cancel({ Code: 'SomethingNew' }, none);
  await expect(gateway.write(two, 't')).rejects.toMatchObject({ name: 'TransactionCanceledException' });
});
