import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseSigningDate } from '../../src/dynamo/dates.js';
import { openGateway, type DynamoGateway } from '../../src/dynamo/gateway.js';
import { ServerClock } from '../../src/dynamo/server-clock.js';
import { startLocalEngine, type LocalEngine } from '../../src/local/index.js';
import type { Action } from '../../src/table/gateway.js';
import { Faults } from './faults.js';
import { clientOf, newTable } from './wire.js';

const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const LATER = new Date(NOW + 50_000);
const EARLIER = new Date(NOW + 40_000);
const FAR = new Date('2099-01-01T00:00:10Z');
const put: Action = { kind: 'put', key: { pk: '/a', sk: '/' }, row: {} };

let engine: LocalEngine;
let faults: Faults;
let gateway: DynamoGateway;

beforeAll(async () => {
  engine = await startLocalEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  faults = new Faults();
  const client = clientOf(engine);
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  const { table } = await newTable(engine);
  gateway = await openGateway({ client, table });
});

test('the server’s time is this machine’s until there was an answer', () => {
  const before = Date.now();
  expect(gateway.serverTime()).toBeGreaterThanOrEqual(before);
  expect(gateway.serverTime()).toBeLessThanOrEqual(Date.now());
});

test.each<[string, () => Promise<unknown>]>([
  ['a read', () => (faults.answer({}), gateway.get(put.key))],
  ['a query', () => (faults.answer({ Items: [] }), gateway.query({ pk: '/a' }))],
  ['a scan', () => (faults.answer({ Items: [] }), gateway.scan({}))],
  ['a write', () => (faults.answer({}), gateway.write([put], ''))],
  ['a refused write', () => (faults.fail('ConditionalCheckFailedException'), gateway.write([put], ''))],
  ['a 5xx', () => (faults.fail('InternalServerError', {}, 500), gateway.write([put], ''))],
])('the server’s time is that of the newest answer: %s', async (_answer, act) => {
  faults.date = LATER;
  await act();
  expect(gateway.serverTime()).toBe(LATER.getTime());
  faults.date = EARLIER;
  await act();
  expect(gateway.serverTime()).toBe(LATER.getTime());
});

const answered = async (date: Date): Promise<void> => {
  faults.date = date;
  faults.answer({});
  await gateway.get(put.key);
};

describe('one wrong date', () => {
  const isNow = (): void => expect(Math.abs(gateway.serverTime() - Date.now())).toBeLessThan(70_000);

  test('does not carry the server’s time away, as the first or among others', async () => {
    await answered(FAR);
    isNow();
    for (let i = 0; i < 3; i++) {
      await answered(new Date());
      isNow();
      await answered(new Date(FAR.getTime() + i * 3_600_000));
      isNow();
    }
  });

  test('that is too early does not hold it back', async () => {
    await answered(new Date('2001-01-01T00:00:00Z'));
    await answered(LATER);
    expect(gateway.serverTime()).toBe(LATER.getTime());
  });

  test('is not forgotten at once where it makes an age too great, and is after some answers', async () => {
    await answered(FAR);
    await answered(new Date());
    expect(gateway.newestDate()).toBe(FAR.getTime());
    for (let i = 0; i < 16; i++) await answered(new Date());
    expect(Math.abs(gateway.newestDate() - Date.now())).toBeLessThan(70_000);
  });

  test('is none where a second answer agrees: this machine was suspended, or its clock is wrong', async () => {
    await answered(new Date());
    await answered(FAR);
    isNow();
    await answered(new Date(FAR.getTime() + 2_000));
    expect(gateway.serverTime()).toBe(FAR.getTime() + 2_000);
  });

  test('is none where a second answer agrees, however long after', async () => {
    await answered(FAR);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 3_600_000);
    await answered(new Date(FAR.getTime() + 3_600_000));
    expect(gateway.serverTime()).toBe(FAR.getTime() + 3_600_000);
    clock.mockRestore();
  });

  test('is none where this machine’s clock has gone as far', async () => {
    await answered(new Date());
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 3_600_000);
    await answered(new Date(now + 3_600_000));
    expect(gateway.serverTime()).toBeGreaterThan(now + 3_500_000);
    clock.mockRestore();
  });
});

test('a date that is heard late, because the process was frozen, holds back none that comes after it', () => {
  let elapsed = 0;
  const clock = new ServerClock(() => elapsed);
  const [held, next] = [clock.request(), clock.request()];
  held.sent();
  elapsed = 3_600_000;
  held.answered(NOW);
  expect(clock.now()).toBe(NOW);
  next.sent();
  next.answered(NOW + 3_600_000);
  expect(clock.now()).toBe(NOW + 3_600_000);
  // What was sent since says nothing of so long a time.
  clock.request().answered(NOW + 7_200_000);
  expect(clock.now()).toBe(NOW + 3_600_000);
});

test('an answer without a date, or with one that cannot be read, changes nothing', async () => {
  faults.answer({});
  await gateway.get(put.key);
  expect(Math.abs(gateway.serverTime() - Date.now())).toBeLessThan(60_000);
});

test('a page is as old as its request, or its answer, whichever is earlier', async () => {
  faults.date = FAR;
  faults.answer({ Items: [] });
  const { asOf } = await gateway.query({ pk: '/a' });
  expect(asOf).toBe(parseSigningDate(faults.sent[0]!.headers['x-amz-date']));
  expect(Math.abs(asOf! - Date.now())).toBeLessThan(60_000);
  faults.date = new Date('2020-01-01T00:00:00Z');
  faults.answer({ Items: [] });
  expect(await gateway.scan({})).toHaveProperty('asOf', faults.date.getTime());
  faults.date = undefined;
  faults.answer({ Items: [] });
  expect(await gateway.scan({})).not.toHaveProperty('asOf');
});

test('a page of the local engine has an age', async () => {
  const { asOf } = await gateway.query({ pk: '/a' });
  expect(Math.abs(asOf! - Date.now())).toBeLessThan(60_000);
  expect(Math.abs(gateway.serverTime() - Date.now())).toBeLessThan(60_000);
});

test('what is called again and again is not called any more once it is stopped', async () => {
  let calls = 0;
  const stop = gateway.every(5, () => void calls++);
  while (calls < 2) await gateway.pause(1);
  stop();
  const before = calls;
  await gateway.pause(30);
  expect(calls).toBe(before);
});

test('a pause ends with the reason of its signal', async () => {
  await gateway.pause(0);
  const stop = new AbortController();
  const paused = gateway.pause(3_600_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(paused).rejects.toThrow('enough');
  await expect(gateway.pause(3_600_000, stop.signal)).rejects.toThrow('enough');
});
