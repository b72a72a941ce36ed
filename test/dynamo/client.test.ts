import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isLoopback } from '../../src/dynamo/client.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import { clientOf, newTable } from './wire.js';

let engine: LocalEngine;
let table: string;

beforeAll(async () => {
  engine = await startLocalEngine();
  ({ table } = await newTable(engine));
});
afterAll(() => engine.stop());

const key = { pk: '/a', sk: '/' };

describe('loopback', () => {
  const at = (endpoint?: string) =>
    isLoopback(new DynamoDBClient({ region: 'eu-west-1', ...(endpoint ? { endpoint } : {}) }));

  test.each([
    'http://127.0.0.1:8000',
    'http://127.8.8.8',
    'http://localhost:8000',
    'https://localhost',
    'http://[::1]:8000',
  ])('%s is one', async (endpoint) => expect(await at(endpoint)).toBe(true));
  test.each([
    'http://10.0.0.1:8000',
    'https://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://dynamodb:8000',
  ])('%s is none', async (endpoint) => expect(await at(endpoint)).toBe(false));
  test('a client without an endpoint of its own has none', async () => expect(await at()).toBe(false));
});

describe('the user’s client', () => {
  test('has the same middleware after use as before', async () => {
    const client = clientOf(engine);
    const before = client.middlewareStack.identify();
    const { config } = client;
    const gateway = await openGateway({ client, table });
    await gateway.get(key);
    await gateway.write([{ kind: 'put', key, row: {} }], '');
    expect(client.middlewareStack.identify()).toEqual(before);
    expect(client.config).toBe(config);
    expect(before.some((name) => name.startsWith('loggerMiddleware'))).toBe(true);
  });

  test('may be given middleware later, also beside the logger’s: it takes part', async () => {
    const client = clientOf(engine);
    const gateway = await openGateway({ client, table });
    await gateway.get(key);
    let calls = 0;
    const count = (next: (args: never) => never) => (args: never) => {
      calls++;
      return next(args);
    };
    client.middlewareStack.add(count as never, { step: 'build', name: 'later' });
    client.middlewareStack.addRelativeTo(count as never, {
      relation: 'after',
      toMiddleware: 'loggerMiddleware',
      name: 'beside',
    });
    await gateway.get(key);
    expect(calls).toBe(2);
  });

  test.each([
    ['a DynamoDBClient', (client: DynamoDBClient) => client],
    ['a DynamoDBDocumentClient', (client: DynamoDBClient) => DynamoDBDocumentClient.from(client)],
  ])('with a logger logs what Ductile does: %s', async (_, wrap) => {
    const lines: unknown[] = [];
    class Logger {
      info = (line: unknown) => void lines.push(line);
      debug() {}
      warn() {}
      error() {}
    }
    const gateway = await openGateway({ client: wrap(clientOf(engine, { logger: new Logger() })), table });
    await gateway.get(key);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toHaveProperty('commandName', 'GetItemCommand');
  });

  test('with cacheMiddleware keeps its own commands as they were', async () => {
    const client = clientOf(engine, { cacheMiddleware: true });
    const gateway = await openGateway({ client, table });
    await gateway.write([{ kind: 'put', key, row: {} }], '');
    expect(await gateway.get(key)).toBeDefined();
    const { handlers } = client as unknown as { handlers: WeakMap<object, unknown> };
    expect(handlers.has(GetItemCommand)).toBe(false);
    expect(await gateway.get(key)).toBeDefined();
  });
});

test('without a logger nothing is filtered for one', async () => {
  const client = clientOf(engine);
  const gateway = await openGateway({ client, table });
  let filtered = 0;
  client.middlewareStack.add(
    ((next: (args: unknown) => Promise<unknown>, context: { outputFilterSensitiveLog: (x: unknown) => unknown }) => {
      const original = context.outputFilterSensitiveLog;
      context.outputFilterSensitiveLog = (x) => (filtered++, original(x));
      return next;
    }) as never,
    { step: 'build', name: 'watch-the-filter' },
  );
  await gateway.get(key);
  expect(filtered).toBe(0);
  await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'x' }, sk: { S: 'y' } } }));
  expect(filtered).toBe(1);
});
