import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import { doctor } from '../../src/operator/doctor.js';
import { type EntryContent, entryKey } from '../../src/registry/entry.js';
import { RegistryDamagedError } from '../../src/registry/errors.js';
import { Registry } from '../../src/registry/registry.js';
import { publish } from '../../src/store/publish.js';
import { Faults } from '../dynamo/faults.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { opened, published, schemaOf, versionData } from './fixtures.js';

let engine: LocalEngine;
let faults: Faults;
let client: DynamoDBClient;
let gateway: DynamoGateway;
let tables = 0;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  const table = `log-${process.pid}-${++tables}`;
  await createTable({ client: engine.client, table });
  faults = new Faults();
  client = clientOf(engine, { maxAttempts: 1 });
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
  gateway = await openGateway({ client, table });
});
afterEach(() => client.destroy());

const settings = (registryMaxAge: number): EntryContent => ({ kind: 'settings', registryMaxAge });
const v1 = versionData(1, { Order: ['/o-:id'] });

/** Appends through another client, which meets no fault. */
async function appended(...contents: readonly EntryContent[]): Promise<Registry> {
  const registry = await Registry.open(await openGateway({ client: engine.client, table: gateway.table }));
  const first = registry.knowledge.epoch;
  await registry.appendAll(({ epoch }) => contents[epoch - first]);
  return registry;
}

/** The next Query passes the places of these epochs before their entries are put, and meets those that come after. */
const passesBy = (...epochs: readonly number[]): Faults =>
  faults.reshape((body) => {
    const answer = JSON.parse(body.toString()) as { Items: readonly { sk: { S: string } }[] };
    const missed = epochs.map((epoch) => entryKey(epoch).sk);
    return Buffer.from(JSON.stringify({ ...answer, Items: answer.Items.filter(({ sk }) => !missed.includes(sk.S)) }));
  });

describe('[NO-SURPRISE] a Query of the log is no snapshot', () => {
  test('an entry that was put under the read of a new process is read after all', async () => {
    const { knowledge } = await appended(opened, published(v1), settings(1), settings(2));
    for (const missed of [[1], [2], [3], [1, 2], [2, 3]]) {
      passesBy(...missed);
      faults.sent.length = 0;
      expect((await Registry.open(gateway)).knowledge).toEqual(knowledge);
      expect(faults.sent).toHaveLength(2);
    }
  });

  test('one that was put under a refresh is read after all, from there on', async () => {
    const writer = await appended(opened, published(v1));
    const registry = await Registry.open(gateway);
    await writer.appendAll(({ epoch }) => [settings(1), settings(2), settings(3)][epoch - 2]);
    passesBy(3);
    faults.sent.length = 0;
    expect(await registry.refresh()).toEqual(writer.knowledge);
    expect(
      faults.sent.map(({ body }) => (body['ExpressionAttributeValues'] as { ':low': { S: string } })[':low'].S),
    ).toEqual([entryKey(2).sk, entryKey(3).sk]);
  });

  test('also where more come under the second read', async () => {
    const { knowledge } = await appended(opened, published(v1), settings(1), settings(2), settings(3));
    passesBy(2);
    passesBy(4);
    expect((await Registry.open(gateway)).knowledge).toEqual(knowledge);
  });

  test('what is known is as old as the last read', async () => {
    await appended(opened, published(v1), settings(1));
    passesBy(2);
    const registry = await Registry.open(gateway);
    const [, last] = faults.sent;
    expect(last!.headers['x-amz-date']).toBeDefined();
    expect(Math.abs(registry.asOf! + 2_000 - Date.now())).toBeLessThan(60_000);
  });

  test('an entry that is gone is still damage', async () => {
    await appended(opened, published(v1), settings(1));
    await gateway.write([{ kind: 'delete', key: entryKey(2) }], '');
    await expect(Registry.open(gateway)).rejects.toThrow(RegistryDamagedError);
    await expect(Registry.open(gateway)).rejects.toMatchObject({ facts: { epoch: 2 } });
  });

  test('the doctor does not take a stamp that is newer than its own read for one of a restored table', async () => {
    const schema = schemaOf([v1]);
    await publish({ schema, table: gateway.table, client: engine.client });
    const { knowledge } = await appended(settings(1));
    const id = knowledge.shortId;
    const stamped = { $type: { S: 'Order' }, $stamp: { L: [{ N: '4' }, { S: id }] } };
    await gateway.write([{ kind: 'put', key: { pk: '/o-1', sk: '/' }, row: stamped }], '');
    beforeFirst('Scan', () => appended(settings(2)));
    const { checks } = await doctor({ schema, table: gateway.table, client });
    expect(checks.find(({ check }) => check === 'stamps')?.verdict).toBe('ok');
    await gateway.write(
      [{ kind: 'put', key: { pk: '/o-1', sk: '/' }, row: { ...stamped, $stamp: { L: [{ N: '9' }, { S: id }] } } }],
      '',
    );
    const again = await doctor({ schema, table: gateway.table, client });
    expect(again.checks.find(({ check }) => check === 'stamps')?.verdict).toBe('problem');
  });
});

/** Holds the first request of an operation back until something has been done. */
function beforeFirst(operation: string, act: () => Promise<unknown>): void {
  const inner = client.config.requestHandler;
  let done: Promise<unknown> | undefined;
  client.config.requestHandler = {
    ...inner,
    handle: async (request: HttpRequest, options: object) => {
      if (request.headers['x-amz-target']!.endsWith(`.${operation}`)) await (done ??= act());
      return inner.handle(request as never, options);
    },
  } as never;
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
}
