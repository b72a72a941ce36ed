import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { findEngine } from '../../src/local/find-engine.js';
import type { EngineProgram } from '../../src/local/find-engine.js';
import { LocalEngineStartError, startLocalEngine } from '../../src/local/index.js';
import { freePort } from '../../src/local/wire.js';
import { temporaryFolder } from '../support/temporary-folder.js';

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

/** Puts a shell script in the place of the engine. */
function replaceEngine(script: string): void {
  const file = join(temporaryFolder(), 'dynoxide');
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['DYNOXIDE_BIN'] = file;
}
afterEach(() => {
  delete process.env['DYNOXIDE_BIN'];
});

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
  const folder = join(temporaryFolder(), 'made', 'on demand');
  const first = await startLocalEngine({ folder });
  await createTable(first.client, 'orders');
  await first.stop();

  await using second = await startLocalEngine({ folder });
  expect(await tables(second.client)).toEqual(['orders']);
});

test.each([
  ['in which nothing can be made', '/proc/ductile/data'],
  ['that is a file', resolve('package.json')],
  ['below a file', resolve('package.json/data')],
])('says so when the folder is one %s', async (_, folder) => {
  await expect(startLocalEngine({ folder })).rejects.toMatchObject({ code: 'LOCAL_ENGINE_START', facts: { folder } });
});

test('may be stopped again, and is gone after that', async () => {
  const local = await startLocalEngine();
  await Promise.all([local.stop(), local.stop()]);
  await local.stop();
  await expect(fetch(local.endpoint)).rejects.toThrow();
});

test('serves on the port that is asked for', async () => {
  const port = await freePort();
  await using local = await startLocalEngine({ port });
  expect(local.endpoint).toBe(`http://127.0.0.1:${port}`);
});

test('says so when the port that is asked for is taken', async () => {
  await using other = await startLocalEngine();
  const port = Number(new URL(other.endpoint).port);
  const start = startLocalEngine({ port });
  await expect(start).rejects.toThrow(LocalEngineStartError);
  await expect(start).rejects.toThrow(new RegExp(`port ${port}.*in use`));
});

test.each(['localhost:8000', '127.0.0.1:8000', 'http://', 'nowhere'])(
  'says so when the endpoint %s is no URL',
  async (endpoint) => {
    const start = startLocalEngine({ endpoint });
    await expect(start).rejects.toThrow(LocalEngineStartError);
    await expect(start).rejects.toThrow(/http:\/\/127\.0\.0\.1:8000/);
  },
);

test('says so when nothing answers at the endpoint that is given', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  await expect(startLocalEngine({ endpoint })).rejects.toMatchObject({
    code: 'LOCAL_ENGINE_START',
    facts: { endpoint },
  });
});

test('takes another port when the free one was taken in between', async () => {
  const { command } = findEngine(process.env) as EngineProgram;
  const tried = join(temporaryFolder(), 'tried');
  replaceEngine(`
    if [ ! -e '${tried}' ]; then touch '${tried}'; echo "error: port $5 is already in use" >&2; exit 1; fi
    exec '${command}' "$@"`);
  await using local = await startLocalEngine();
  expect(existsSync(tried)).toBe(true);
  expect(await tables(local.client)).toEqual([]);
});

test('says what an engine printed that ended instead of answering', async () => {
  replaceEngine('echo "the disk is on fire" >&2; exit 7');
  const start = startLocalEngine();
  await expect(start).rejects.toThrow(LocalEngineStartError);
  await expect(start).rejects.toThrow(/exit code 7.*the disk is on fire/s);
});
