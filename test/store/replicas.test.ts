import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openStore } from '../../src/application/open-store.js';
import { ReplicatedTableError } from '../../src/dynamo/errors.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import { status } from '../../src/operator/status.js';
import { Registry } from '../../src/registry/registry.js';
import { StoreOptionError } from '../../src/store/errors.js';
import { publish } from '../../src/store/publish.js';
import { previewPublish } from '../../src/store/publish-preview.js';
import { Faults } from '../dynamo/faults.js';
import { clientOf } from '../dynamo/wire.js';
import { startEngine } from '../support/engine.js';
import { Bench } from './bench.js';
import { shop } from './shop.js';

let engine: LocalEngine;
let bench: Bench;
let faults: Faults;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  bench = await Bench.on(engine);
  faults = new Faults();
  client = clientOf(engine);
  client.config.requestHandler = faults.around(client.config.requestHandler as never) as never;
});
afterEach(() => client.destroy());

/** The next request describes the table, and the answer has this too. */
const described = (more: object): Faults =>
  faults.reshape((body) => {
    const { Table } = JSON.parse(body.toString()) as { Table: object };
    return Buffer.from(JSON.stringify({ Table: { ...Table, ...more } }));
  });
const replicated = { Replicas: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1', ReplicaStatus: 'ACTIVE' }] };
const strong = { ...replicated, MultiRegionConsistency: 'STRONG' };

const calls = {
  publish: (more: object = {}) => publish({ schema: shop, table: bench.table, client, ...more }),
  'publish, which creates the table': (more: object = {}) =>
    publish({ schema: shop, table: bench.table, client, createTable: true, ...more }),
  'a dry run of publish': (more: object = {}) => previewPublish({ schema: shop, table: bench.table, client, ...more }),
  openStore: (more: object = {}) => openStore({ schema: shop, table: bench.table, client, census: false, ...more }),
  'openStore, which creates the table': (more: object = {}) =>
    openStore({ schema: shop, table: bench.table, client, census: false, createTable: true, ...more }),
};

describe.each(Object.entries(calls))('[NO-SURPRISE] %s', (name, call) => {
  beforeEach(async () => {
    if (name.startsWith('openStore')) await bench.publish(shop);
    faults.sent.length = 0;
  });

  test('refuses a table that is replicated, before it reads or writes anything', async () => {
    described(replicated);
    const refused = call();
    await expect(refused).rejects.toThrow(ReplicatedTableError);
    await expect(refused).rejects.toMatchObject({
      code: 'REPLICATED_TABLE',
      facts: { table: bench.table, replicas: ['eu-west-1'], stronglyConsistent: false },
      message: expect.stringContaining("replicas: 'read-only'"),
    });
    expect(faults.sent.map(({ operation }) => operation)).toEqual(['DescribeTable']);
  });

  test('takes it where it is told that nobody writes in the other regions', async () => {
    described(replicated);
    await call({ replicas: 'read-only' });
    described({ Replicas: [{ RegionName: 'us-east-1' }] });
    await call();
  });

  test('refuses one without transactions, whatever it is told', async () => {
    for (const more of [{}, { replicas: 'read-only' }]) {
      described(strong);
      await expect(call(more)).rejects.toMatchObject({ code: 'REPLICATED_TABLE', facts: { stronglyConsistent: true } });
    }
  });
});

test('nothing else can be said of replicas', async () => {
  await expect(calls.publish({ replicas: 'both' })).rejects.toThrow(StoreOptionError);
  await expect(calls.openStore({ replicas: true })).rejects.toThrow(/replicas is 'read-only'/);
});

test('operators look at such a table, and the doctor tells of it', async () => {
  await bench.publish(shop);
  described(replicated);
  expect((await status({ table: bench.table, client })).versions.length).toBeGreaterThan(0);
  const gateway = await openGateway({ client, table: bench.table });
  expect((await Registry.open(gateway)).knowledge.newestVersion).toBe(shop.version);
});
