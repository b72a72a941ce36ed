import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { LocalEngineStartError, startLocalEngine } from '../../src/local/index.js';
import { freePort } from '../../src/local/wire.js';

const tables = async (client: DynamoDBClient): Promise<string[]> =>
  (await client.send(new ListTablesCommand({}))).TableNames ?? [];

const createTable = (client: DynamoDBClient, name: string): Promise<unknown> =>
  client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );

test('answers as DynamoDB does, to its own client and to any at its endpoint', async () => {
  await using local = await startLocalEngine();
  await createTable(local.client, 'orders');

  await using joined = await startLocalEngine({ endpoint: local.endpoint });
  expect(joined.engine).toBe('endpoint');
  expect(await tables(joined.client)).toEqual(['orders']);
});

test('does not end an engine that it did not start', async () => {
  await using local = await startLocalEngine();
  const joined = await startLocalEngine({ endpoint: local.endpoint });
  await joined.stop();
  expect(await tables(local.client)).toEqual([]);
});

test('several engines live side by side, each with its own data', async () => {
  const engines = await Promise.all([startLocalEngine(), startLocalEngine(), startLocalEngine()]);
  await createTable(engines[1].client, 'orders');
  expect(await Promise.all(engines.map(({ client }) => tables(client)))).toEqual([[], ['orders'], []]);
  await Promise.all(engines.map((engine) => engine.stop()));
});

test('keeps the data of a folder from one start to the next', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'ductile-')), 'made', 'on demand');
  try {
    const first = await startLocalEngine({ folder });
    await createTable(first.client, 'orders');
    await first.stop();

    await using second = await startLocalEngine({ folder });
    expect(await tables(second.client)).toEqual(['orders']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('may be stopped again, and is gone after that', async () => {
  const local = await startLocalEngine();
  await Promise.all([local.stop(), local.stop()]);
  await local.stop();
  await expect(fetch(local.endpoint)).rejects.toThrow();
});

test('serves on the port that is asked for, and says so when it is taken', async () => {
  const port = await freePort();
  const local = await startLocalEngine({ port });
  expect(local.endpoint).toBe(`http://127.0.0.1:${port}`);
  await local.stop();

  const squatter = createServer().listen(port, '127.0.0.1');
  try {
    await expect(startLocalEngine({ port })).rejects.toThrow(LocalEngineStartError);
    await expect(startLocalEngine({ port })).rejects.toThrow(new RegExp(`port ${port}.*in use`));
  } finally {
    squatter.close();
  }
});

test('says so when nothing answers at the endpoint that is given', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  await expect(startLocalEngine({ endpoint })).rejects.toMatchObject({
    code: 'LOCAL_ENGINE_START',
    facts: { endpoint },
  });
});
