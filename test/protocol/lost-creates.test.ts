import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import { OutcomeUnknownError } from '../../src/table/errors.js';
import type { Gateway } from '../../src/table/gateway.js';
import { Faults, networkError } from '../dynamo/faults.js';
import { clientOf, newTable } from '../dynamo/wire.js';
import { checkTable } from '../support/check-table.js';
import { startEngine } from '../support/engine.js';
import { docKey, Process, publishFirst, publishSecond } from './documents.js';

/*
 * A create of several rows whose answer is lost. The SDK does not send it again by itself: its machine may have been
 * suspended with all its clocks for so long that DynamoDB has forgotten the token. It is looked up first.
 */
const MINUTE = 60_000;
const reset = (): Error => networkError('ECONNRESET');

let engine: LocalEngine;
let faults: Faults;
let client: DynamoDBClient;
let gateway: Gateway;
let process: Process;
let sound: Process;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  gateway = await newTable(engine);
  await publishFirst(gateway);
  await publishSecond(gateway);
  sound = await Process.start(gateway);
  faults = new Faults();
  client = clientOf(engine, { maxAttempts: 3 });
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  process = await Process.start(await openGateway({ client, table: gateway.table, pause: () => Promise.resolve() }));
  faults.sent.length = 0;
});
afterEach(async () => {
  client.destroy();
  expect(await checkTable(gateway, sound.registry.knowledge)).toEqual([]);
});

const sent = () => faults.sent.map(({ operation }) => operation);
const tokens = () => faults.sent.flatMap(({ body }) => body['ClientRequestToken'] ?? []);
const isThere = async () => (await gateway.get(docKey('a'))) !== undefined;
const remove = async () => sound.delete(await sound.load('a'));

describe('[ONCE] a create whose answer is lost', () => {
  test('was applied, where the item is there', async () => {
    faults.lose(reset());
    const row = await process.insert('a', 'x');
    expect((await sound.load('a')).revision).toBe(row.revision);
    expect(sent()).toEqual(['TransactWriteItems', 'GetItem']);
  });

  test('is sent again under its token, where nothing is there and it is not late', async () => {
    for (const later of [0, 7 * MINUTE]) {
      faults.disconnect(reset());
      faults.later = later;
      await process.insert('a', 'x');
      faults.later = 0;
      expect(sent()).toEqual(['TransactWriteItems', 'GetItem', 'TransactWriteItems']);
      expect(new Set(tokens()).size).toBe(1);
      await remove();
      faults.sent.length = 0;
    }
  });

  test('and again, but not for ever', async () => {
    faults.disconnect(reset()).fail('InternalServerError', {}, 500);
    for (let i = 0; i < 5; i++) faults.fail('InternalServerError', {}, 500);
    await expect(process.insert('a', 'x')).rejects.toThrow(OutcomeUnknownError);
    expect(sent().filter((operation) => operation === 'TransactWriteItems').length).toBeLessThanOrEqual(3);
  });

  test('was applied, where the item was deleted since and its token is known', async () => {
    faults.lose(reset(), remove);
    await process.insert('a', 'x');
    expect(await isThere()).toBe(false);
  });
});

describe('[NO-RESURRECT] a create whose answer is lost is not sent again', () => {
  afterEach(() => {
    faults.later = 0;
  });

  test('where DynamoDB’s own date says that its token may be forgotten, though no clock of the machine moved', async () => {
    faults.lose(reset(), async () => {
      await remove();
      faults.later = 12 * MINUTE;
    });
    await expect(process.insert('a', 'x')).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      facts: { call: 'create' },
    });
    expect(sent()).toEqual(['TransactWriteItems', 'GetItem']);
    expect(await isThere()).toBe(false);
  });

  test.each<[string, () => void]>([
    ['the answer has no date', () => void (faults.later = null)],
    ['the machine’s clock is ahead of the answer', () => void (faults.later = -2 * MINUTE)],
  ])('where %s', async (_, set) => {
    faults.lose(reset(), async () => {
      await remove();
      set();
    });
    await expect(process.insert('a', 'x')).rejects.toThrow(OutcomeUnknownError);
    expect(tokens()).toHaveLength(1);
    expect(await isThere()).toBe(false);
  });

  test('where somebody else’s item is there by now', async () => {
    faults.lose(reset(), async () => {
      await remove();
      await sound.insert('a', 'other');
    });
    await expect(process.insert('a', 'x')).rejects.toThrow(OutcomeUnknownError);
    expect(tokens()).toHaveLength(1);
  });

  test('where the look at it fails', async () => {
    faults.lose(reset(), remove).text('<html>').text('<html>').text('<html>');
    await expect(process.insert('a', 'x')).rejects.toThrow(OutcomeUnknownError);
    expect(tokens()).toHaveLength(1);
  });

  test('where it has no token: one row', async () => {
    faults.disconnect(reset());
    const plain = await Process.start(await openGateway({ client, table: (await plainTable()).table }));
    faults.sent.length = 0;
    faults.disconnect(reset());
    await expect(plain.insert('a')).rejects.toThrow(OutcomeUnknownError);
    expect(sent()).toEqual(['PutItem', 'GetItem']);
  });

  test.each([
    ['but where what it knew of the registry is too old by then, and still so: it is sent again', false],
    ['where the registry has grown since: its content would be another', true],
  ])('%s', async (_, grows) => {
    const aged = await newTable(engine);
    await publishFirst(aged, 'age');
    await publishSecond(aged);
    const late = await Process.start(await openGateway({ client, table: aged.table, pause: () => Promise.resolve() }));
    const { registry } = await Process.start(aged);
    // The SDK signs by the dates of answers.
    faults.disconnect(reset());
    faults.sent.length = 0;
    faults.later = 90_000;
    if (grows) await registry.append(() => ({ kind: 'settings', registryMaxAge: 30_000 }));
    const insert = late.insert('a', 'x');
    if (grows) await expect(insert).rejects.toThrow(OutcomeUnknownError);
    else await insert;
    const renewed = ['TransactWriteItems', 'GetItem', 'Query', 'GetItem'];
    expect(sent()).toEqual(grows ? renewed.slice(0, 3) : [...renewed, 'TransactWriteItems']);
    faults.later = 0;
    await late.insert('b', 'y');
  });
});

async function plainTable(): Promise<Gateway> {
  const plain = await newTable(engine);
  await publishFirst(plain, 'age');
  faults = new Faults();
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  return plain;
}
