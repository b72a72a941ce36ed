import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publish } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  type DataJob,
  type DrainWait,
  drop,
  type OperatorOptions,
  pause,
  promote,
  resume,
  retire,
  runJob,
  type Status,
  status,
  verify,
  withdraw,
} from '../../src/operator/index.js';
import { beginDrop, raiseFloor } from '../../src/registry/retire-decisions.js';
import { Registry } from '../../src/registry/registry.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import { openSessionOver } from '../../src/operator/session.js';
import { statusIn } from '../../src/operator/status.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startCuttableEngine } from '../support/engine.js';
import { type Branch, openBranch, watched } from './branch.js';
import { BY_EMAIL, Member, v1, v2, v3 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const steps = ({ next }: Status): readonly string[] => next.map(({ step }) => step);
const versions = ({ versions: all }: Status): readonly string[] =>
  all.map(({ version, state }) => `${version} ${state}`);

describe('the status of a table', () => {
  it('follows key paths through their life, and names the step that comes next', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same@x' }));
      await members.insert(members.create({ id: 'bob', email: 'same@x' }));
    });
    const stateOf = ({ keyPaths }: Status): string | undefined =>
      keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)?.state;
    const expanding = await status(place);
    expect(expanding).toMatchObject({
      schema: 'library',
      createGuard: 'fence',
      registryMaxAge: 60_000,
      works: [],
      drain: 0,
      drains: [],
    });
    expect([stateOf(expanding), steps(expanding)]).toEqual(['expand', ['backfill']]);
    await backfill(place);
    const strict = await status(place);
    expect([stateOf(strict), steps(strict)]).toEqual(['strict', ['verify']]);
    await verify(place);
    const wrong = await status(place);
    expect(wrong.next).toEqual([
      {
        step: 'verify',
        byHand: true,
        why: expect.stringMatching(/\/email-:email of Member found items whose key another item has/),
      },
    ]);
    expect(wrong.keyPaths.find(({ keyPath }) => keyPath === BY_EMAIL)?.verified).toMatchObject({ open: 1 });
  });

  it('has nothing to do on a new table, and on one where all is promoted', async () => {
    const { place } = await openBranch(engine);
    await backfill(place);
    await verify(place);
    expect(steps(await status(place))).toEqual(['promote']);
    await promote(place);
    expect((await status(place)).next).toEqual([]);
  });

  it('knows what was begun and not ended', async () => {
    const { place } = await openBranch(engine);
    await backfill(place);
    await verify(place);
    await promote(place);
    const registry = await Registry.open(await openGateway(place));
    await registry.append(raiseFloor(1));
    const retiring = await status(place);
    expect([versions(retiring), retiring.next]).toMatchObject([
      ['1 retiring', '2 published'],
      [{ step: 'retire', version: 1 }],
    ]);
    await retire({ ...place, version: 1 });
    expect(versions(await status(place))).toEqual(['1 retired', '2 published']);
    await registry.refresh();
    await registry.append(beginDrop(1));
    const dropping = await status(place);
    expect([versions(dropping), dropping.next]).toMatchObject([
      ['1 dropping', '2 published'],
      [{ step: 'drop', version: 1 }],
    ]);
    await drop({ ...place, version: 1, force: true });
    expect(versions(await status(place))).toEqual(['1 dropped', '2 published']);
    await publish({ ...place, schema: v3 });
    expect(versions(await status(place))).toEqual(['1 dropped', '2 published', '3 published']);
    await withdraw({ ...place, schema: v3, version: 3 });
    expect(steps(await status(place))).toEqual([]);
  });

  it('names the jobs that stopped before their end, while nobody works on them', async () => {
    const { bench, place } = await openBranch(engine);
    let seen: Status | undefined;
    const job: DataJob<Member> = {
      name: 'bad',
      type: Member,
      async each() {
        seen = await status(place);
        throw new Error('no such customer');
      },
    };
    const running = { schema: v2, table: bench.table, client: bench.client, segments: 4, job };
    await expect(runJob(running)).rejects.toThrow('no such customer');
    expect(steps(seen!)).not.toContain('runJob');
    const stopped = await status(place);
    expect(stopped.next.at(-1)).toEqual({
      step: 'runJob',
      job: 'bad',
      why: expect.stringMatching(
        /^the job bad for items of Member has done [0-3] of 4 segments, and nobody works on it$/,
      ),
    });
    await pause(place);
    expect(steps(await status(place))).toEqual(['resume', 'backfill']);
    await resume(place);
    await runJob({ ...running, onError: 'skip' });
    expect(steps(await status(place))).toEqual(['backfill']);
  });

  it('tells how long a drain lasts that begins now', async () => {
    const table = `status-${process.pid}`;
    await publish({ schema: v1, table, client: engine.client, createTable: true, createGuard: 'age' });
    const { drain } = await status({ table, client: engine.client });
    expect(drain).toBeGreaterThan(17 * 60_000);
    expect(drain).toBeLessThanOrEqual(18 * 60_000 + 1_000);
  });

  it('costs five requests', async () => {
    const { place } = await openBranch(engine);
    const sent: string[] = [];
    await status({ ...place, client: watched(engine, (operation) => void sent.push(operation)) });
    expect(sent).toEqual(['DescribeTable', 'Query', 'Query', 'GetItem', 'GetItem']);
  });
});

describe('a drain that is under way', () => {
  /** Stops a backfill in its drain. What the status said before, to a process that was only told the table; and what was sent. */
  async function stopped({ place }: Branch, isKilled = false) {
    const stop = new AbortController();
    const sent: string[] = [];
    let seen: Promise<Status> | undefined;
    const onProgress: OperatorOptions['onProgress'] = () => {
      seen ??= status({ table: place.table, client: engine.client }).finally(() => stop.abort(new Error('stopped')));
    };
    const client = watched(engine, (operation) => {
      if (isKilled && stop.signal.aborted) throw new Error('killed');
      sent.push(operation);
    });
    const waiting = { ...place, client, drain: 600_000, onProgress, signal: stop.signal };
    await expect(backfill(waiting)).rejects.toThrow('stopped');
    return { sent, drains: (await seen!).drains };
  }

  it('is seen by everybody: who waits, and until when, for a write; and is gone once its signal has ended it', async () => {
    const branch = await openBranch(engine);
    const { drains, sent } = await stopped(branch);
    expect(drains).toHaveLength(1);
    const [{ worker, since, until, milliseconds }] = drains as [DrainWait];
    expect(worker).toBe(`${hostname()}:${process.pid}`);
    expect(Date.parse(until) - Date.parse(since)).toBeGreaterThan(0);
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThanOrEqual(600_000);
    // One to say it, and one to take it back.
    expect(sent.filter((operation) => operation === 'PutItem')).toHaveLength(2);
    expect((await status(branch.place)).drains).toEqual([]);
  });

  it('stays there until it is over where its process was killed, and holds nobody up', async () => {
    const branch = await openBranch(engine);
    await stopped(branch, true);
    expect((await status(branch.place)).drains).toHaveLength(1);
    const { gateway } = branch.bench;
    const later = gatewayOver(gateway, { serverTime: () => gateway.serverTime() + 601_000 });
    expect((await statusIn(await openSessionOver(later))).drains).toEqual([]);
    await expect(backfill(branch.place)).resolves.toMatchObject({ finished: true });
  });

  it('is shown once for each process, however often one is called', async () => {
    const branch = await openBranch(engine);
    for (let call = 1; call <= 3; call++) await backfill({ ...branch.place, drain: 600_000, timeLimit: 1 });
    expect((await status(branch.place)).drains).toHaveLength(1);
  });

  it('writes nothing where nothing is to be waited for', async () => {
    const { bench, place } = await openBranch(engine);
    await backfill(place);
    expect(await bench.gateway.get({ pk: '$work', sk: 'waits' })).toBeUndefined();
  });
});
