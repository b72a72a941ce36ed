import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoClient } from '../../src/dynamo/client.js';
import { AccessDeniedError, EndpointError, ThrottledError } from '../../src/dynamo/errors.js';
import { openGateway, type DynamoGateway } from '../../src/dynamo/gateway.js';
import { createTable } from '../../src/dynamo/table.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import { rowAbsent } from '../../src/table/condition.js';
import type { Action } from '../../src/table/gateway.js';
import { Faults, networkError } from './faults.js';
import { clientOf } from './wire.js';

const ATTEMPTS = 3;
const TABLE = `doubt-${process.pid}`;

let engine: LocalEngine;
let faults: Faults;
let rows = 0;
const clients: DynamoClient[] = [];

beforeAll(async () => {
  engine = await startLocalEngine();
  await createTable({ client: engine.client, table: TABLE });
});
afterAll(() => engine.stop());
beforeEach(() => void (faults = new Faults()));
afterEach(() => clients.splice(0).forEach((client) => client.destroy()));

function client(config: DynamoDBClientConfig = {}) {
  const made = clientOf(engine, { maxAttempts: 3, ...config });
  made.config.requestHandler = faults.around(made.config.requestHandler as never) as never;
  clients.push(made);
  return made;
}

const over = (dynamo: DynamoClient): Promise<DynamoGateway> =>
  openGateway({
    client: dynamo,
    table: TABLE,
    backoff: { attempts: ATTEMPTS, base: 1, cap: 1 },
    pause: () => Promise.resolve(),
  });

const put = (pk = `/${++rows}`): Action => ({ kind: 'put', key: { pk, sk: '/' }, row: {}, condition: rowAbsent });
const two = () => [put(), put()];
const reset = () => networkError('ECONNRESET');
const tokens = () => faults.sent.map(({ body }) => body['ClientRequestToken']);

/** Sends everything again, whatever it was. */
const stubborn = {
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (last: { getRetryCount(): number }) =>
    last.getRetryCount() < 5 ? Promise.resolve(token(last.getRetryCount() + 1)) : Promise.reject(new Error('enough')),
  recordSuccess: () => undefined,
};
const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0, getRetryCost: () => 0 });

const logger = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

describe.each<[string, () => DynamoClient]>([
  ['standard retries', () => client()],
  ['adaptive retries', () => client({ retryMode: 'adaptive' })],
  ['a strategy that retries everything', () => client({ retryStrategy: stubborn as never })],
  ['the DocumentClient', () => DynamoDBDocumentClient.from(client())],
  ['cached middleware', () => client({ cacheMiddleware: true })],
  ['a logger', () => client({ logger })],
])('over a client with %s', (_name, make) => {
  test.each([
    ['a lost connection', () => faults.lose(reset())],
    ['a timeout', () => faults.lose(Object.assign(new Error('too long'), { name: 'TimeoutError' }))],
    ['a 500', () => faults.fail('InternalServerError', {}, 500)],
    ['a 503', () => faults.fail('ServiceUnavailable', {}, 503)],
    ['the timeout of a proxy', () => faults.fail('RequestTimeout', {}, 408)],
    ['an answer that breaks off', () => faults.breakOff(reset())],
    ['an answer that cannot be read', () => faults.text('<html>')],
  ])('what is to be sent once is sent once, after %s', async (_fault, fault) => {
    const gateway = await over(make());
    fault();
    expect(await gateway.write([put()], '', { once: true })).toMatchObject({
      kind: 'unknown',
      cause: expect.any(Error),
    });
    expect(faults.sent).toHaveLength(1);
  });

  test('what is to be sent once is sent again after an answer that says that nothing was written', async () => {
    const gateway = await over(make());
    faults.fail('TransactionConflictException').disconnect(networkError('ECONNREFUSED', 'connect'));
    expect(await gateway.write([put()], '', { once: true })).toEqual({ kind: 'applied' });
    expect(faults.sent).toHaveLength(3);
  });

  test('a refusal after a lost answer is doubtful', async () => {
    const gateway = await over(make());
    faults.lose(reset());
    expect(await gateway.write([put()], '')).toMatchObject({ kind: 'refused', doubtful: true });
    expect(await gateway.write([put(`/${rows}`)], '')).toMatchObject({ kind: 'refused', doubtful: false });
  });

  test('a lost transaction is sent again with its token, and was applied once', async () => {
    const gateway = await over(make());
    faults.lose(reset());
    const given = `lost-${rows}`;
    expect(await gateway.write(two(), given)).toEqual({ kind: 'applied' });
    expect(tokens()).toEqual([given, given]);
  });

  test('a lost transaction that meets others then is sent again as it is, whatever would do better', async () => {
    const gateway = await over(make());
    faults.lose(reset()).cancel({ Code: 'TransactionConflict' }, { Code: 'None' });
    const given = `doubtful-${rows}`;
    expect(await gateway.write(two(), given, { outdated: () => true })).toEqual({ kind: 'applied' });
    expect(tokens()).toEqual([given, given, given]);
  });

  test('nothing is sent that is signed too long after the registry was read', async () => {
    const gateway = await over(make());
    const frozen = { asOf: Date.now() - 62_000, maxAge: 60_000 };
    expect(await gateway.write([put()], '', { guard: frozen })).toEqual({ kind: 'stale' });
    expect(await gateway.write(two(), 'frozen', { guard: frozen })).toEqual({ kind: 'stale' });
    expect(faults.sent).toHaveLength(0);
    const fresh = { asOf: Date.now() - 55_000, maxAge: 60_000 };
    expect(await gateway.write([put()], '', { guard: fresh })).toEqual({ kind: 'applied' });
  });

  test('the guard looks at every attempt: the SDK may have shifted its clock', async () => {
    const gateway = await over(make());
    const guard = { asOf: Date.now(), maxAge: 60_000 };
    faults.date = new Date(Date.now() + 3_600_000);
    faults.fail('RequestTimeTooSkewed', {}, 403);
    expect(await gateway.write([put()], '', { guard })).toEqual({ kind: 'stale' });
    expect(faults.sent).toHaveLength(1);
    const inAnHour = { asOf: faults.date.getTime(), maxAge: 60_000 };
    expect(await gateway.write([put()], '', { guard: inAnHour })).toEqual({ kind: 'applied' });
  });
});

describe('an error after an attempt without an answer', () => {
  test('leaves the outcome unknown, with the error as it would have been thrown', async () => {
    const gateway = await over(client());
    faults.lose(reset()).fail('AccessDeniedException');
    expect(await gateway.write([put()], '')).toMatchObject({
      kind: 'unknown',
      cause: expect.any(AccessDeniedError),
    });
    faults.lose(reset()).cancel({ Code: 'ValidationError' }, { Code: 'None' });
    expect(await gateway.write(two(), `a-${rows}`)).toMatchObject({ kind: 'unknown' });
  });

  test('leaves it unknown where others were in the way until the end', async () => {
    const gateway = await over(client());
    faults.fail('InternalServerError', {}, 500);
    for (let i = 0; i < ATTEMPTS; i++) faults.cancel({ Code: 'TransactionConflict' }, { Code: 'None' });
    expect(await gateway.write(two(), `b-${rows}`)).toMatchObject({
      kind: 'unknown',
      cause: { name: 'TransactionCanceledException' },
    });
    expect(new Set(tokens()).size).toBe(1);
    expect(faults.sent).toHaveLength(1 + ATTEMPTS);
  });

  test('is still in doubt in the gateway’s own next attempt', async () => {
    const gateway = await over(client());
    faults.fail('InternalServerError', {}, 500).fail('TransactionConflictException').lose(reset());
    expect(await gateway.write([put()], '')).toMatchObject({ kind: 'refused', doubtful: true });
    expect(faults.sent).toHaveLength(4);
  });

  test('that has none either leaves it unknown', async () => {
    const gateway = await over(client({ maxAttempts: 1 }));
    faults.disconnect(reset());
    expect(await gateway.write([put()], '')).toMatchObject({ kind: 'unknown', cause: { message: 'read ECONNRESET' } });
    faults.fail('InternalServerError', {}, 500);
    expect(await gateway.write(two(), `c-${rows}`)).toMatchObject({
      kind: 'unknown',
      cause: { name: 'InternalServerError' },
    });
    expect(faults.sent).toHaveLength(2);
  });

  test('leaves it unknown also where it has the name of one that proves something', async () => {
    const gateway = await over(client({ maxAttempts: 1 }));
    faults.fail('ThrottlingException', {}, 503);
    expect(await gateway.write([put()], '', { once: true })).toMatchObject({ kind: 'unknown' });
    expect(faults.sent).toHaveLength(1);
  });

  test('may be that the next would be signed too late', async () => {
    const gateway = await over(client());
    const guard = { asOf: Date.now(), maxAge: 60_000 };
    faults.date = new Date(Date.now() + 3_600_000);
    faults.fail('InternalServerError', {}, 500);
    expect(await gateway.write([put()], '', { guard })).toMatchObject({ kind: 'unknown', cause: expect.any(Error) });
    expect(faults.sent).toHaveLength(1);
  });
});

test('a transaction is not sent again when DynamoDB may have forgotten its token, whatever shows the time', async () => {
  const gateway = await over(client());
  faults.date = new Date(Date.now() + 9 * 60_000);
  faults.fail('InternalServerError', {}, 500);
  expect(await gateway.write(two(), `d-${rows}`)).toMatchObject({ kind: 'unknown' });
  expect(faults.sent).toHaveLength(1);

  const unsigned = await over(client({ signer: { sign: (request: unknown) => Promise.resolve(request) } as never }));
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + faults.sent.length * 9 * 60_000);
  faults.date = undefined;
  faults.fail('InternalServerError', {}, 500);
  expect(await unsigned.write(two(), `e-${rows}`)).toMatchObject({ kind: 'unknown' });
  expect(faults.sent).toHaveLength(2);
  clock.mockRestore();
});

test('how late it is counts from the first attempt without an answer', async () => {
  const unsigned = await over(client({ signer: { sign: (request: unknown) => Promise.resolve(request) } as never }));
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + faults.sent.length * 5 * 60_000);
  faults.fail('InternalServerError', {}, 500).fail('InternalServerError', {}, 500);
  expect(await unsigned.write(two(), `f-${rows}`)).toMatchObject({ kind: 'unknown' });
  expect(faults.sent).toHaveLength(2);
  clock.mockRestore();
});

describe('errors that prove that nothing was written', () => {
  test.each([
    ['ECONNREFUSED', 'connect'],
    ['ETIMEDOUT', 'connect'],
    ['EHOSTUNREACH', 'connect'],
    ['ENOTFOUND', 'getaddrinfo'],
  ])('%s of %s is thrown', async (code, syscall) => {
    const gateway = await over(client({ maxAttempts: 1 }));
    faults.disconnect(networkError(code, syscall));
    await expect(gateway.write([put()], '')).rejects.toThrow(EndpointError);
  });

  test.each(['EHOSTUNREACH', 'ETIMEDOUT', 'EPIPE', 'EPROTO'])('%s of a read is no such proof', async (code) => {
    const gateway = await over(client({ maxAttempts: 1 }));
    faults.disconnect(networkError(code));
    expect(await gateway.write([put()], '')).toMatchObject({ kind: 'unknown' });
  });

  test('a throttle that outlasts the SDK’s patience is retried here, and in the end thrown', async () => {
    const gateway = await over(client({ maxAttempts: 1 }));
    const throttles = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];
    for (const throttle of throttles) {
      faults.fail(throttle);
      expect(await gateway.write([put()], '', { once: true })).toEqual({ kind: 'applied' });
    }
    for (const throttle of throttles) faults.fail(throttle);
    await expect(gateway.write([put()], '')).rejects.toThrow(ThrottledError);
  });
});

describe('a client whose user changed it', () => {
  test('a signer whose date cannot be read makes every guarded write stale', async () => {
    const unsigned = client({ signer: { sign: (request: unknown) => Promise.resolve(request) } as never });
    const gateway = await over(unsigned);
    expect(await gateway.write([put()], '', { guard: { asOf: Date.now(), maxAge: 60_000 } })).toEqual({
      kind: 'stale',
    });
    expect(faults.sent).toHaveLength(0);
    faults.date = new Date();
    faults.answer({ Items: [] });
    expect(await gateway.query({ pk: '/' })).toEqual({ rows: [] });
  });

  test('the date that counts is that of the last signature, wherever in the stack', async () => {
    const resigned = client();
    resigned.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-date'] = '20200101T000000Z';
        return next(args);
      },
      { step: 'deserialize', priority: 'low' },
    );
    const gateway = await over(resigned);
    const guard = { asOf: Date.UTC(2020, 0, 1) - 61_000, maxAge: 60_000 };
    expect(await gateway.write([put()], '', { guard })).toEqual({ kind: 'stale' });
  });

  test('a middleware that fails after a good answer leaves the outcome unknown', async () => {
    const failing = client();
    failing.middlewareStack.add(
      (next) => async (args) => {
        await next(args);
        throw new Error('metrics are down');
      },
      { step: 'initialize' },
    );
    const gateway = await over(failing);
    expect(await gateway.write([put()], '')).toMatchObject({
      kind: 'unknown',
      cause: { message: 'metrics are down' },
    });
  });

  test('a middleware that makes a success of every error makes none of a write that was not sent, or is in doubt', async () => {
    const soothing = client();
    soothing.middlewareStack.add(
      (next) => (args) => next(args).catch(() => ({ response: {}, output: { $metadata: {} } })),
      { step: 'initialize' },
    );
    const gateway = await over(soothing);
    expect(await gateway.write([put()], '', { guard: { asOf: 0, maxAge: 60_000 } })).toEqual({ kind: 'stale' });
    faults.lose(reset());
    expect(await gateway.write([put()], '', { once: true })).toMatchObject({ kind: 'unknown' });
  });

  test('a middleware that sends again by itself does not hide that an attempt was lost', async () => {
    const retrying = client({ maxAttempts: 1 });
    retrying.middlewareStack.add((next) => async (args) => next(args).catch(() => next(args)), {
      step: 'deserialize',
      priority: 'low',
    });
    const gateway = await over(retrying);
    faults.lose(reset());
    expect(await gateway.write([put()], '')).toMatchObject({ kind: 'refused', doubtful: true });
    faults.lose(reset());
    expect(await gateway.write([put()], '', { once: true })).toMatchObject({ kind: 'unknown' });
    expect(faults.sent).toHaveLength(3);
  });

  test.each([false, true])(
    'a middleware that passes on new arguments (cacheMiddleware: %p)',
    async (cacheMiddleware) => {
      const narrow = client({ cacheMiddleware });
      narrow.middlewareStack.add(
        (next) =>
          ({ input }) =>
            next({ input }),
        { step: 'initialize' },
      );
      const gateway = await over(narrow);
      const guard = { asOf: Date.now() - 62_000, maxAge: 60_000 };
      const write = gateway.write([put()], '', { guard });
      if (cacheMiddleware) await expect(write).rejects.toThrow('next({ ...args, … })');
      else expect(await write).toEqual({ kind: 'stale' });
      expect(faults.sent).toHaveLength(0);
    },
  );

  test('requests that share cached middleware are told apart', async () => {
    const gateway = await over(client({ cacheMiddleware: true }));
    faults.lose(reset());
    const stale = { guard: { asOf: 0, maxAge: 60_000 } };
    const outcomes = await Promise.all([
      gateway.write([put()], '', { once: true }),
      gateway.write([put()], '', { once: true }),
      gateway.write([put()], '', stale),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'applied', 'stale']);
  });
});
