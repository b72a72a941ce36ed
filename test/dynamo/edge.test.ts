import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AccessDeniedError,
  CredentialsError,
  EndpointError,
  TableKeysError,
  TableNotFoundError,
} from '../../src/dynamo/errors.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import { assertTable, createTable, tableDescription } from '../../src/dynamo/table.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import { Faults } from './faults.js';
import { clientOf, newTable } from './wire.js';

let engine: LocalEngine;

beforeAll(async () => {
  engine = await startLocalEngine();
});
afterAll(() => engine.stop());

const key = { pk: '/a', sk: '/' };
const put = { kind: 'put', key, row: {} } as const;

describe('a table', () => {
  test('that is missing is named, with the mend, on every request', async () => {
    const gateway = await openGateway({ client: engine.client, table: 'missing' });
    await expect(gateway.get(key)).rejects.toThrow(TableNotFoundError);
    await expect(gateway.query({ pk: '/a' })).rejects.toThrow(/createTable\(\{ client, table: 'missing' \}\)/);
    await expect(gateway.scan({})).rejects.toThrow(TableNotFoundError);
    await expect(gateway.write([put], '')).rejects.toThrow(TableNotFoundError);
    await expect(gateway.write([put, { ...put, key: { pk: '/b', sk: '/' } }], 't')).rejects.toThrow(TableNotFoundError);
    await expect(assertTable({ client: engine.client, table: 'missing' })).rejects.toThrow(TableNotFoundError);
  });

  test('with other keys is told from one with the right ones', async () => {
    const { table } = await newTable(engine, { keys: { pk: 'PK', sk: 'SK' } });
    await expect(assertTable({ client: engine.client, table })).rejects.toThrow(TableKeysError);
    await expect(createTable({ client: engine.client, table })).rejects.toThrow(/HASH PK \(S\), RANGE SK \(S\)/);
    await expect(assertTable({ client: engine.client, table, keys: { pk: 'PK', sk: 'SK' } })).resolves.toMatchObject({
      rows: 0,
    });
    const gateway = await openGateway({ client: engine.client, table });
    await expect(gateway.get(key)).rejects.toThrow(TableKeysError);
    await expect(gateway.write([put], '')).rejects.toThrow(TableKeysError);
    await expect(gateway.query({ pk: '/a' })).rejects.toThrow(TableKeysError);
    await expect(gateway.write([put, { ...put, key: { pk: '/b', sk: '/' } }], 't')).rejects.toThrow(TableKeysError);
  });

  test('that no table can be called is told from one that is missing', async () => {
    await expect(assertTable({ client: engine.client, table: 'my shop' })).rejects.toThrow(
      /There can be no table 'my shop'/,
    );
    await expect(assertTable({ client: engine.client, table: 'my shop' })).rejects.toThrow(TableNotFoundError);
  });

  test.each(['t', 'my shop', 'x'.repeat(256)])('that no table can be called is not created: %.10s', async (table) => {
    const creation = createTable({ client: engine.client, table });
    await expect(creation).rejects.toThrow(TableNotFoundError);
    await expect(creation).rejects.toThrow(/a name has 3 to 255 letters, digits, '_', '-' and '\.'/);
    await expect(assertTable({ client: engine.client, table })).rejects.toThrow(TableNotFoundError);
  });

  test('of one key is refused', async () => {
    const description = tableDescription({ table: 'one-key' });
    await engine.client.send(
      new CreateTableCommand({
        TableName: 'one-key',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [description.AttributeDefinitions[0]!],
        KeySchema: [description.KeySchema[0]!],
      }),
    );
    await expect(assertTable({ client: engine.client, table: 'one-key' })).rejects.toThrow(TableKeysError);
  });

  test('may be created from several places at once, and again', async () => {
    const options = { client: engine.client, table: 'raced' };
    await Promise.all([createTable(options), createTable(options), createTable(options)]);
    await createTable(options);
    await assertTable(options);
  });
});

describe('a client', () => {
  const faulty = async (type: string, message: string) => {
    const client = clientOf(engine);
    const faults = new Faults().fail(type, { message });
    client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
    return openGateway({ client, table: 't' });
  };

  test('whose credentials are not accepted', async () => {
    const gateway = await faulty(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
    await expect(gateway.get(key)).rejects.toThrow(CredentialsError);
  });

  test('without credentials', async () => {
    const credentials = () =>
      Promise.reject(
        Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
      );
    const gateway = await openGateway({ client: clientOf(engine, { credentials }), table: 't' });
    await expect(gateway.get(key)).rejects.toThrow(CredentialsError);
  });

  test('that is not allowed something is told the IAM action', async () => {
    const stated = await faulty(
      'AccessDeniedException',
      'User: arn:x is not authorized to perform: dynamodb:PutItem on resource: y',
    );
    await expect(stated.write([put], '')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      facts: { action: 'dynamodb:PutItem' },
    });
    const unstated = await faulty('AccessDeniedException', 'No.');
    await expect(unstated.query({ pk: '/a' })).rejects.toThrow(AccessDeniedError);
  });

  test('of an endpoint where nobody listens', async () => {
    const gateway = await openGateway({ client: clientOf(engine, { endpoint: 'http://127.0.0.1:9' }), table: 't' });
    await expect(gateway.get(key)).rejects.toThrow(EndpointError);
    await expect(gateway.get(key)).rejects.toThrow(/http:\/\/127\.0\.0\.1:9 .*ECONNREFUSED/);
  });

  test.each([
    ['that is no URL', 'http://127.0.0.1:80x', /Invalid URL|ERR_INVALID_URL/],
    ['that does not speak TLS', () => engine.endpoint.replace('http:', 'https:'), /EPROTO/],
  ])('of an endpoint %s', async (_, endpoint, message) => {
    const client = clientOf(engine, {
      endpoint: typeof endpoint === 'string' ? endpoint : endpoint(),
      maxAttempts: 1,
    });
    const asked = openGateway({ client, table: 't' }).then((gateway) => gateway.get(key));
    await expect(asked).rejects.toThrow(EndpointError);
    await expect(asked).rejects.toThrow(message);
  });

  test('of an endpoint where something else answers', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('not here'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const gateway = await openGateway({ client: clientOf(engine, { endpoint }), table: 't' });
    try {
      await expect(gateway.get(key)).rejects.toThrow(EndpointError);
      await expect(gateway.get(key)).rejects.toThrow(/is not DynamoDB \(HTTP 404\)/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('without a region', async () => {
    const region = () => Promise.reject(new Error('Region is missing'));
    const client = new DynamoDBClient({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const gateway = await openGateway({ client, table: 't' });
    await expect(gateway.get(key)).rejects.toThrow(/AWS_REGION/);
  });
});
