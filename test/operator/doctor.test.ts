import { DescribeTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import {
  type CheckName,
  doctor,
  type DoctorOptions,
  mendRestored,
  retire,
  withdraw,
} from '../../src/operator/index.js';
import { TableNotFoundError } from '../../src/dynamo/errors.js';
import { publish } from '../../src/index.js';
import { NotPublishedError } from '../../src/registry/errors.js';
import { raiseFences } from '../../src/registry/fences.js';
import { startEngine } from '../support/engine.js';
import { clientOf } from '../dynamo/wire.js';
import { type Branch, openBranch } from './branch.js';
import { v1, v2 } from './library.js';

let engine: LocalEngine;
let branch: Branch;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  branch = await openBranch(engine);
});

const look = (options: Partial<DoctorOptions> = {}) => doctor({ ...branch.place, ...options });
const found = async (check: CheckName, options: Partial<DoctorOptions> = {}) => {
  const { checks } = await look(options);
  return checks.find((each) => each.check === check);
};

/** A client whose requests of one kind are answered otherwise. */
function answering(operation: string, answer: (real: () => Promise<unknown>) => unknown) {
  const client = clientOf(engine);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== `${operation}Command`) return next(args);
      return (await answer(async () => (await next(args)).output)) as never;
    },
    { step: 'initialize' },
  );
  return client;
}

const denied = () => {
  throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
};

describe('the doctor', () => {
  it('finds a table sound, says what waits to be done, and writes nothing', async () => {
    const { rows } = await branch.bench.gateway.scan({});
    const { healthy, checks } = await look();
    expect(healthy).toBe(true);
    expect(checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['table', 'ok'],
      ['regions', 'ok'],
      ['ttl', 'ok'],
      ['iam', 'ok'],
      ['registry', 'ok'],
      ['engine', 'warning'],
      ['fences', 'ok'],
      ['rows', 'ok'],
      ['stamps', 'ok'],
      ['schema', 'ok'],
      ['versions', 'ok'],
      ['work', 'warning'],
    ]);
    expect((await branch.bench.gateway.scan({})).rows).toEqual(rows);
  });

  it.each(['GetItem', 'Query', 'Scan', 'PutItem', 'DeleteItem'])(
    'names the action that is denied: %s',
    async (action) => {
      expect(await found('iam', { client: answering(action, denied) })).toMatchObject({
        verdict: 'problem',
        message: expect.stringContaining(`dynamodb:${action}`),
      });
    },
  );

  it('names the check in transactions, too', async () => {
    const client = answering('TransactWriteItems', denied);
    expect((await found('iam', { client }))?.message).toContain('dynamodb:ConditionCheckItem');
  });

  it.each([
    ['EVENTUAL', /within one region only/],
    ['STRONG', /without transactions/],
  ])('warns of other regions that write, with consistency %s', async (consistency, message) => {
    const client = answering('DescribeTable', async (real) => {
      const output = (await real()) as { Table: object };
      const more = { Replicas: [{ RegionName: 'eu-west-1' }], MultiRegionConsistency: consistency };
      return { output: { ...output, Table: { ...output.Table, ...more } }, response: {} };
    });
    expect(await client.send(new DescribeTableCommand({ TableName: branch.bench.table }))).toMatchObject({
      Table: { TableStatus: 'ACTIVE' },
    });
    expect(await look({ client })).toMatchObject({ healthy: false });
    expect(await found('regions', { client })).toMatchObject({
      verdict: 'problem',
      message: expect.stringMatching(message),
    });
  });

  it('tells a TTL that would take rows of items', async () => {
    const ttl = (AttributeName: string) =>
      engine.client.send(
        new UpdateTimeToLiveCommand({
          TableName: branch.bench.table,
          TimeToLiveSpecification: { Enabled: true, AttributeName },
        }),
      );
    await ttl('until');
    expect(await found('ttl')).toMatchObject({ verdict: 'problem', message: expect.stringContaining('until') });
    const client = answering('DescribeTimeToLive', denied);
    expect(await found('ttl', { client })).toMatchObject({ verdict: 'warning' });
  });

  it('finds fences that somebody deleted, and raises them where it is asked to', async () => {
    const { gateway } = branch.bench;
    await gateway.write([{ kind: 'delete', key: { pk: '$fence#07', sk: '/' } }], 'by-hand');
    expect(await found('fences')).toMatchObject({ verdict: 'problem', message: expect.stringMatching(/^1 of 64/) });
    expect(await look()).toMatchObject({ lowFences: 1, waiting: [{ step: 'backfill' }] });
    expect(await look({ repair: true })).toMatchObject({ healthy: true, lowFences: 1 });
    expect(await look()).toMatchObject({ healthy: true, lowFences: 0 });
    expect(await found('fences')).toMatchObject({ verdict: 'ok' });
    await raiseFences(gateway, { epoch: 100, shortId: 'deadbeef' });
    expect(await found('fences')).toMatchObject({ message: expect.stringMatching(/^64 of 64/) });
  });

  it('tells a table that was restored by its stamps, and what is not mended yet', async () => {
    const { gateway } = branch.bench;
    const key = { pk: '/member-first', sk: '/' };
    const { pk: _, sk: __, ...row } = (await gateway.get(key))!;
    await branch.bench.putRaw(key, { ...row, $stamp: { L: [{ N: '99' }, (row['$stamp'] as { L: never[] }).L[1]!] } });
    expect(await found('stamps')).toMatchObject({ verdict: 'problem', message: expect.stringContaining('epoch 99') });
    await mendRestored({ ...branch.place, timeLimit: 0 });
    await mendRestored(branch.place);
    expect(await found('stamps')).toMatchObject({ verdict: 'ok' });
    await branch.bench.putRaw(key, row);
    expect((await found('stamps'))?.message).toContain('--restored');
  });

  it('says that a schema is not published, or is another', async () => {
    const { bench } = await openBranch(engine);
    await bench.gateway.write([{ kind: 'delete', key: { pk: '$ductile', sk: 'entry#000000000004' } }], 'by-hand');
    const { checks } = await doctor({ ...branch.place, table: bench.table });
    expect(checks.find(({ check }) => check === 'schema')).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('not published'),
    });
  });

  it('says that the registry is empty, or damaged', async () => {
    const { gateway } = branch.bench;
    const damage = (epoch: number) =>
      gateway.write([{ kind: 'delete', key: { pk: '$ductile', sk: `entry#00000000000${epoch}` } }], `${epoch}`);
    await damage(2);
    expect(await found('registry')).toMatchObject({ verdict: 'problem', message: expect.stringContaining('epoch 2') });
    for (const epoch of [1, 3, 4]) await damage(epoch);
    expect(await found('registry')).toMatchObject({ verdict: 'problem', message: 'It is empty: publish the schema.' });
  });

  it('tells that a retired version is in use', async () => {
    await branch.bench.open(v1);
    await retire({ ...branch.place, version: 1, force: true });
    expect(await found('versions', { schema: v2 })).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('version 1 was seen within a day'),
    });
  });

  it('says that entries were lost where a version in use is not in the registry; what it says to do mends that', async () => {
    const { bench, place } = branch;
    await bench.gateway.write([{ kind: 'delete', key: { pk: '$ductile', sk: 'entry#000000000004' } }], 'torn');
    const torn = await found('versions');
    expect(torn).toMatchObject({
      verdict: 'problem',
      message: expect.stringMatching(
        /version 2 .*has no such version: its entries were lost.* `ductile publish` .*version 2, then `ductile doctor --restored`/,
      ),
    });
    expect(torn?.message).not.toContain('retired');
    // Sources that have the version are refused before it is published.
    await expect(mendRestored(place)).rejects.toThrow(NotPublishedError);
    await publish({ ...place, schema: v2 });
    await mendRestored(place);
    expect(await found('versions')).toMatchObject({ verdict: 'ok' });
    expect(await look()).toMatchObject({ healthy: true });
  });

  it('tells a version in use that was withdrawn from one whose entries were lost', async () => {
    await withdraw({ ...branch.place, schema: v2, version: 2, force: true });
    expect(await found('versions', { schema: v1 })).toMatchObject({
      verdict: 'warning',
      message: expect.stringMatching(/version 2 .*that version is withdrawn: its writes fail/),
    });
  });

  it('is refused a table that is not there', async () => {
    await expect(look({ table: 'missing' })).rejects.toThrow(TableNotFoundError);
  });
});
