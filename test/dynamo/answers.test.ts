import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { EndpointError } from '../../src/dynamo/errors.js';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { assertTable, createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import { rowAbsent } from '../../src/table/condition.js';
import type { Action } from '../../src/table/gateway.js';
import { startEngine } from '../support/engine.js';
import { Faults, networkError } from './faults.js';
import { clientOf } from './wire.js';

const TABLE = `answers-${process.pid}`;
const stored = { pk: '/stored', sk: '/' };
const row = { text: { S: 'é' }, bytes: { B: new Uint8Array([1, 2, 255]) } };

let engine: LocalEngine;
let faults: Faults;
let rows = 0;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  engine = await startEngine();
  await createTable({ client: engine.client, table: TABLE });
  const gateway = await openGateway({ client: engine.client, table: TABLE });
  await gateway.write([{ kind: 'put', key: stored, row }], '');
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

const put = (): Action => ({ kind: 'put', key: { pk: `/${++rows}`, sk: '/' }, row: {}, condition: rowAbsent });

const reads: readonly [string, (gateway: DynamoGateway) => Promise<unknown>][] = [
  ['a get', (gateway) => gateway.get(stored)],
  ['a get of several', (gateway) => gateway.getTogether([stored])],
  ['a query', (gateway) => gateway.query({ pk: stored.pk })],
  ['a scan', (gateway) => gateway.scan({})],
];
const writes: readonly [string, (gateway: DynamoGateway) => ReturnType<DynamoGateway['write']>][] = [
  ['a put', (gateway) => gateway.write([put()], '')],
  ['a delete', (gateway) => gateway.write([{ kind: 'delete', key: { pk: '/none', sk: '/' } }], '')],
  ['a transaction', (gateway) => gateway.write([put(), put()], `t${rows}`)],
];
const foreign: readonly [string, string][] = [
  ['empty', ''],
  ['blank', ' \n'],
  ['a page of a proxy', '<html><body>Please log in</body></html>'],
  ['cut off', '{"Items":[{"pk":{"S":"/sto'],
  ['a list', '[]'],
  ['a text', '"ok"'],
  ['null', 'null'],
  ['of another service', '{"status":"ok"}'],
];
const logger = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

describe.each([
  ['a client', {}],
  ['a client with a logger', { logger }],
])('[NO-SURPRISE] with %s an answer of status 200', (_client, config) => {
  describe.each(foreign)('that is %s', (_name, body) => {
    test.each(reads)('is none to %s', async (_read, act) => {
      const gateway = await over(config);
      faults.text(body);
      await expect(act(gateway)).rejects.toThrow(EndpointError);
    });

    test('is none to a question about the table', async () => {
      await over(config);
      faults.text(body);
      const [client] = clients.splice(-1) as [DynamoDBClient];
      const asking = assertTable({ client, table: TABLE }).finally(() => client.destroy());
      await expect(asking).rejects.toThrow(EndpointError);
      await expect(asking).rejects.toThrow(/is not DynamoDB \(its body is no answer to DescribeTable\)/);
    });

    test.each(writes)('leaves the outcome of %s unknown', async (_write, act) => {
      const gateway = await over(config);
      faults.replace(body);
      expect(await act(gateway)).toMatchObject({ kind: 'unknown', cause: expect.any(EndpointError) });
    });
  });

  test('is not taken for the server’s time where it is none of DynamoDB’s', async () => {
    const gateway = await over(config);
    faults.date = new Date('2099-01-01T00:00:00Z');
    for (let i = 0; i < 3; i++) {
      faults.text('<html>');
      await expect(gateway.get(stored)).rejects.toThrow(EndpointError);
    }
    expect(Math.abs(gateway.serverTime() - Date.now())).toBeLessThan(60_000);
  });

  test('that is none is asked for again', async () => {
    const gateway = await over({ ...config, maxAttempts: 3 });
    faults.text('').text('<html>');
    expect(await gateway.get(stored)).toMatchObject(row);
    expect(faults.sent).toHaveLength(3);
    const token = `again-${rows}`;
    faults.replace('');
    expect(await gateway.write([put(), put()], token)).toEqual({ kind: 'applied' });
    expect(faults.sent.slice(3).map(({ body }) => body['ClientRequestToken'])).toEqual([token, token]);
  });

  test('may have attributes that are not known yet', async () => {
    const gateway = await over(config);
    faults.answer({ Item: { pk: { S: 'x' } }, Later: 1 });
    expect(await gateway.get(stored)).toEqual({ pk: { S: 'x' } });
    faults.answer({ Items: [], Later: 1 });
    expect(await gateway.query({ pk: '/' })).toEqual({ rows: [] });
  });

  test.each<[string, (body: Buffer) => unknown]>([
    ['bytes', (body) => new Uint8Array(body)],
    ['a Buffer', (body) => body],
    ['a part of a larger buffer', (body) => Buffer.concat([Buffer.from('xx'), body, Buffer.from('y')]).subarray(2, -1)],
    ['an ArrayBuffer', (body) => new Uint8Array(body).buffer],
    ['text', (body) => body.toString('utf8')],
  ])('is read where the request handler gives it as %s', async (_form, form) => {
    const gateway = await over(config);
    for (const [, act] of reads) {
      faults.reshape(form);
      expect(JSON.stringify(await act(gateway))).toContain('é');
    }
    faults.reshape(form);
    expect(await gateway.get(stored)).toMatchObject(row);
    for (const [, act] of writes) {
      faults.reshape(form);
      expect(await act(gateway)).toEqual({ kind: 'applied' });
    }
  });
});

test('[NO-SURPRISE] an answer that a middleware made up is none', async () => {
  const gateway = await over();
  const madeUp = { response: {}, output: { $metadata: {} } };
  clients[0]!.middlewareStack.add((next) => (args) => next(args).catch(() => madeUp as never), { step: 'initialize' });
  const fault = (): unknown => faults.lose(networkError('ECONNRESET'));
  fault();
  expect(await gateway.write([put()], '')).toMatchObject({ kind: 'unknown' });
  fault();
  await expect(gateway.get(stored)).rejects.toThrow(EndpointError);
});
