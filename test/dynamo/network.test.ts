import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AccessDeniedError, EndpointError, SdkMismatchError } from '../../src/dynamo/errors.js';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { assertTable, createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { Action } from '../../src/table/gateway.js';
import { startEngine } from '../support/engine.js';
import { Faults, networkError } from './faults.js';
import { clientOf } from './wire.js';

const TABLE = `network-${process.pid}`;
const key = { pk: '/a', sk: '/' };
const put: Action = { kind: 'put', key, row: {} };

let engine: LocalEngine;
let faults: Faults;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  engine = await startEngine();
  await createTable({ client: engine.client, table: TABLE });
});
afterAll(() => engine.stop());
beforeEach(() => void (faults = new Faults()));
afterEach(() => clients.splice(0).forEach((client) => client.destroy()));

function over(config: DynamoDBClientConfig = {}): Promise<DynamoGateway> {
  const client = clientOf(engine, { maxAttempts: 1, ...config });
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  clients.push(client);
  return openGateway({ client, table: TABLE, pause: () => Promise.resolve() });
}

const timedOut = (message: string): Error => Object.assign(new Error(message), { name: 'TimeoutError' });
const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code });
const caused = (cause: unknown): Error => new TypeError('fetch failed', { cause });
const refusals = ['ETIMEDOUT', 'EHOSTUNREACH'].map((code) => networkError(code, 'connect'));
const several = (...errors: readonly Error[]): Error =>
  Object.assign(new AggregateError(errors), { code: (errors[0] as { code?: string }).code });

describe('[ONCE] a connection that was never made is a request that was never sent', () => {
  test.each<[string, Error]>([
    [
      'the SDK’s connection timeout',
      timedOut(
        '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 100 ms.',
      ),
    ],
    ['that of an older SDK', timedOut('Socket timed out without establishing a connection within 100 ms')],
    ['several addresses that time out', several(...refusals.slice(0, 1), networkError('ETIMEDOUT', 'connect'))],
    ['several addresses, each for a reason of its own', several(...refusals)],
    ['undici’s connection timeout', caused(coded('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'))],
    ['several addresses of undici', caused(several(...refusals))],
    ['connect ETIMEDOUT', networkError('ETIMEDOUT', 'connect')],
    ['no port left', networkError('EADDRNOTAVAIL', 'connect')],
    ['no descriptor left', networkError('EMFILE', 'connect')],
    ['connect ETIMEDOUT of which only the message is left', new Error('connect ETIMEDOUT 10.0.0.1:443')],
    [
      'a TLS handshake that ended',
      coded('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
    ],
    [
      'a certificate that is not trusted',
      coded('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'),
    ],
  ])('%s', async (_form, error) => {
    const gateway = await over();
    faults.disconnect(error);
    await expect(gateway.write([put], '', { once: true })).rejects.toThrow(EndpointError);
    faults.disconnect(error);
    await expect(gateway.get(key)).rejects.toThrow(EndpointError);
  });

  test.each<[string, Error]>([
    ['one of several addresses was reached', several(networkError('ETIMEDOUT', 'connect'), networkError('ECONNRESET'))],
    [
      'the SDK’s request timeout',
      timedOut('@smithy/node-http-handler - [ERROR] a request has exceeded the configured 100 ms requestTimeout.'),
    ],
    ['undici’s timeout of an answer', caused(coded('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'))],
    ['a socket that hung up', coded('ECONNRESET', 'socket hang up')],
    ['a circle of causes', circle()],
  ])('not so where %s', async (_form, error) => {
    const gateway = await over();
    faults.disconnect(error);
    expect(await gateway.write([put], '', { once: true })).toMatchObject({ kind: 'unknown' });
  });

  test('nor where a full pool of sockets waits', async () => {
    const silent = await listening(() => undefined);
    const client = clientOf(engine, {
      endpoint: silent.endpoint,
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 150, httpAgent: { maxSockets: 1 } },
    });
    clients.push(client);
    const gateway = await openGateway({ client, table: TABLE });
    try {
      const holdsTheSocket = gateway.get(key).catch((error: unknown) => error);
      await silent.asked;
      await expect(gateway.write([put], '', { once: true })).rejects.toThrow(EndpointError);
      silent.close();
      expect(await holdsTheSocket).toBeInstanceOf(EndpointError);
    } finally {
      silent.close();
    }
  });
});

function circle(): Error {
  const error: { cause?: unknown } & Error = new Error('round and round');
  error.cause = error;
  return error;
}

describe('[NO-SURPRISE] what is none of DynamoDB’s errors is typed', () => {
  test.each<[string, () => unknown]>([
    ['a lost connection', () => faults.disconnect(networkError('ECONNRESET'))],
    ['a timeout', () => faults.disconnect(timedOut('Connection timed out after 100 ms'))],
    ['an answer that breaks off', () => faults.breakOff(networkError('ECONNRESET'))],
    ['an error page with status 502', () => faults.text('<html>Bad Gateway</html>', 502)],
    ['an error page with status 503', () => faults.text('', 503)],
    ['an error page with status 403', () => faults.text('<html>Forbidden</html>', 403)],
    ['a proxy that asks for a password', () => faults.text('Proxy Authentication Required', 407)],
    ['a redirect to a login', () => faults.text('<html>Moved</html>', 302)],
  ])('%s, of reads', async (_error, fault) => {
    const gateway = await over();
    for (const read of [() => gateway.get(key), () => gateway.query({ pk: '/a' }), () => gateway.scan({})]) {
      fault();
      await expect(read()).rejects.toThrow(EndpointError);
    }
    fault();
    await expect(assertTable({ client: clients[0]!, table: TABLE })).rejects.toThrow(EndpointError);
  });

  test('an error page leaves a write unknown, or proves that it was not carried out, as its status says', async () => {
    const gateway = await over();
    faults.text('<html>Bad Gateway</html>', 502);
    expect(await gateway.write([put], '')).toMatchObject({ kind: 'unknown', cause: expect.any(EndpointError) });
    faults.text('<html>Forbidden</html>', 403);
    await expect(gateway.write([put], '')).rejects.toThrow(EndpointError);
  });

  test.each([
    [
      'AccessDeniedException',
      'KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException: The ciphertext refers to a customer master key that does not exist',
      'kms:Decrypt',
    ],
    [
      'AccessDeniedException',
      'User: arn:x is not authorized to perform: kms:GenerateDataKey on resource: y',
      'kms:GenerateDataKey',
    ],
    ['KMSInvalidStateException', 'arn:aws:kms:eu-west-1:1:key/1 is pending deletion.', 'kms:Decrypt'],
  ])('a refusal of KMS: %s (%s)', async (type, message, action) => {
    const gateway = await over();
    faults.fail(type, { message });
    const refused = gateway.get(key);
    await expect(refused).rejects.toThrow(AccessDeniedError);
    await expect(refused).rejects.toMatchObject({
      facts: { table: TABLE, action },
      message: expect.stringMatching(/KMS key/),
    });
  });

  test('DynamoDB’s own errors that look like others stay its own', async () => {
    const gateway = await over();
    faults.fail('LimitExceededException', { message: 'ECONNRESET EXPECTED before KMS' });
    await expect(gateway.get(key)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test('a client of another copy of the SDK', async () => {
    const gateway = await over();
    const [client] = clients;
    // In older releases it is not the client's, but each command's.
    expect(client!.middlewareStack.remove('serializerMiddleware')).toBe(true);
    for (const call of [
      () => gateway.get(key),
      () => gateway.query({ pk: '/a' }),
      () => gateway.write([put], ''),
      () => assertTable({ client: client!, table: TABLE }),
      () => createTable({ client: client!, table: 'another' }),
    ]) {
      await expect(call()).rejects.toThrow(SdkMismatchError);
    }
    expect(faults.sent).toHaveLength(0);
  });
});

interface Silent {
  readonly endpoint: string;
  /** Resolves when a request has come. */
  readonly asked: Promise<void>;
  close(): void;
}

async function listening(answer: () => void): Promise<Silent> {
  const sockets: Socket[] = [];
  let server!: Server;
  const asked = new Promise<void>((come) => {
    server = createServer(() => (answer(), come()));
  });
  server.on('connection', (socket) => void sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}
