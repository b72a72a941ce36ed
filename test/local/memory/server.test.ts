import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LocalEngineMissingError, LocalEngineStartError, startLocalEngine } from '../../../src/local/index.js';
import type { LocalEngine } from '../../../src/local/index.js';

let local: LocalEngine;
beforeAll(async () => {
  process.env['DUCTILE_ENGINE'] = 'memory';
  local = await startLocalEngine();
  await local.client.send(
    new CreateTableCommand({
      TableName: 'shop',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
});
afterAll(async () => {
  delete process.env['DUCTILE_ENGINE'];
  await local.stop();
});

const put = (Item: Record<string, AttributeValue>, ConditionExpression?: string) => ({
  TableName: 'shop',
  Item,
  ConditionExpression,
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

test('carries values of every type there and back', async () => {
  const Item: Record<string, AttributeValue> = {
    pk: { S: 'all' },
    B: { B: Buffer.from([0, 255]) },
    BS: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
    M: { M: { B: { S: 'no bytes' }, list: { L: [{ B: new Uint8Array([7]) }, { NULL: true }] } } },
    sets: { L: [{ SS: ['a'] }, { NS: ['1.5'] }, { BOOL: false }] },
  };
  await local.client.send(new PutItemCommand(put(Item)));
  const found = await local.client.send(new GetItemCommand({ TableName: 'shop', Key: { pk: { S: 'all' } } }));
  expect(found.Item).toEqual({ ...Item, B: { B: new Uint8Array([0, 255]) } });
  expect(found.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("errors are the SDK's own, with the rows that stood in the way", async () => {
  const Item = { pk: { S: 'there' }, b: { B: new Uint8Array([1]) } };
  await local.client.send(new PutItemCommand(put(Item)));
  const again = put({ pk: { S: 'there' } }, 'attribute_not_exists(pk)');

  const plain = await local.client.send(new PutItemCommand(again)).catch((error: unknown) => error);
  expect(plain).toBeInstanceOf(ConditionalCheckFailedException);
  expect(plain).toMatchObject({ Item, message: 'The conditional request failed' });

  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: again }] });
  const cancelled = await local.client.send(transaction).catch((error: unknown) => error);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect(cancelled).toMatchObject({
    CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item, Message: 'The conditional request failed' }],
    message: expect.stringContaining('[ConditionalCheckFailed]'),
  });
});

test('answers with its clock, and with an error where the request is none', async () => {
  const answer = await fetch(local.endpoint, { method: 'POST', body: '{' });
  expect(answer.status).toBe(400);
  expect(Math.abs(Date.parse(answer.headers.get('date')!) - Date.now())).toBeLessThan(60_000);
  expect(await answer.json()).toMatchObject({ __type: 'com.amazon.coral.service#UnknownOperationException' });
});

test('serves child processes', async () => {
  const script = `data:text/javascript,${encodeURIComponent(`
    const answer = await fetch(process.env.ENDPOINT, { method: 'POST', body: '{}',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } });
    process.send(await answer.json());`)}`;
  const child = fork('-', {
    execArgv: ['--input-type=module', '-e', `await import(${JSON.stringify(script)})`],
    env: { ENDPOINT: local.endpoint },
  });
  expect((await once(child, 'message'))[0]).toEqual({ TableNames: ['shop'] });
});

test('says so when the port is taken, and is gone after its end', async () => {
  const other = await startLocalEngine();
  const port = Number(new URL(other.endpoint).port);
  await expect(startLocalEngine({ port })).rejects.toThrow(LocalEngineStartError);
  await other.stop();
  await other.stop();
  await expect(fetch(other.endpoint)).rejects.toThrow();
});

test('does not pretend to keep a folder', async () => {
  const start = startLocalEngine({ folder: '/tmp/data' });
  await expect(start).rejects.toThrow(LocalEngineMissingError);
  await expect(start).rejects.toThrow(/npm install --save-dev dynoxide.*DYNOXIDE_BIN.*DYNAMODB_LOCAL_DIR/s);
});
