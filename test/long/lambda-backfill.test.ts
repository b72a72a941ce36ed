import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Order as OrderV1 } from '../../samples/orders/v1/order.js';
import { shop as shopV1 } from '../../samples/orders/v1/schema.js';
import { Order } from '../../samples/orders/v2/order.js';
import { shop } from '../../samples/orders/v2/schema.js';
import { type Place, workerAt, type WorkerEvent, type WorkerResult } from '../../samples/lambda-backfill/worker.js';
import { printSnapshot, readSnapshot, snapshotOf } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { plan, works } from '../../src/operator/index.js';
import { KeyPathIncompleteError } from '../../src/store/errors.js';
import { startCuttableEngine } from '../support/engine.js';
import { clientOf } from '../dynamo/wire.js';
import { openBranch } from '../operator/branch.js';
import { BY_EMAIL } from '../operator/library.js';
import { Bench } from '../store/bench.js';
import { execute, type Execution, type Json, type Machine } from '../samples/asl.js';

const FOLDER = 'samples/lambda-backfill';
const read = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');
const machine = JSON.parse(read('backfill.asl.json')) as Machine;
const snapshot = readSnapshot(JSON.parse(read('schema.json')));

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => void jest.restoreAllMocks());

/** What a function has, less what the handler keeps for its end. */
const timeFor = (milliseconds: number) => ({ getRemainingTimeInMillis: () => 30_000 + milliseconds });

/** Longer than any step takes here. */
const ENOUGH = 60_000;

interface Run {
  readonly execution: Execution;
  /** What was asked of the functions, and what they answered, in the order of the answers. */
  readonly calls: readonly { readonly event: WorkerEvent; readonly result: WorkerResult }[];
  readonly waits: readonly number[];
}

interface RunOptions {
  readonly input?: Readonly<Record<string, Json>>;
  /** How long the functions of a step's first round work; all others have time enough. */
  readonly firstRound?: number;
  /** Called before each of them, with its number from 1 on: what it throws is Lambda's error. */
  readonly before?: (call: number, isFirstRound: boolean) => void;
}

/** The state machine over the handler. */
async function run(place: Place, { input = {}, firstRound = ENOUGH, before }: RunOptions = {}): Promise<Run> {
  const worker = workerAt(place);
  const calls: { event: WorkerEvent; result: WorkerResult }[] = [];
  const started: string[] = [];
  const waits: number[] = [];
  let invoked = 0;
  const execution = await execute(
    machine,
    { step: 'backfill', workers: [1, 2, 3], options: { segments: 8, concurrency: 1 }, ...input },
    {
      invoke: async (_, payload) => {
        const event = payload as unknown as WorkerEvent;
        const isFirst = started.filter((step) => step === event.step).length < 3;
        before?.(++invoked, isFirst);
        started.push(event.step);
        const result = await worker(event, timeFor(isFirst ? firstRound : ENOUGH));
        calls.push({ event, result });
        return result as unknown as Json;
      },
      wait: async (seconds) => {
        waits.push(seconds);
        // What waits a second waits for nothing.
        if (seconds > 1) await sleep(seconds * 1_000);
      },
    },
  );
  return { execution, calls, waits };
}

const roundsOf = ({ calls }: Run, step: string): number => calls.filter(({ event }) => event.step === step).length / 3;

/** A client that remembers which IAM actions its requests need. */
function recording(): { readonly client: DynamoDBClient; readonly actions: Set<string> } {
  const client = clientOf(engine);
  const actions = new Set<string>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      const parts = (args.input as { readonly TransactItems?: readonly TransactWriteItem[] }).TransactItems;
      for (const action of parts === undefined ? [operation] : parts.flatMap(actionsOf)) {
        actions.add(`dynamodb:${action}`);
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return { client, actions };
}

const ACTIONS = { Put: 'PutItem', Delete: 'DeleteItem', Update: 'UpdateItem', ConditionCheck: 'ConditionCheckItem' };

const actionsOf = (part: TransactWriteItem): readonly string[] =>
  Object.entries(ACTIONS).flatMap(([kind, action]) => (kind in part ? [action] : []));

/** Orders of version 1, and version 2 published after them: it finds orders by their day of delivery. */
async function openShop(count: number): Promise<{ bench: Bench; place: Place }> {
  const bench = await Bench.on(engine);
  const orders = (await bench.open(shopV1)).repository(OrderV1);
  const insert = (i: number) =>
    orders.insert(
      orders.create({
        customerId: `c${i % 7}`,
        orderId: String(i),
        items: [],
        priority: 'low',
        createdAt: new Date(0),
        history: [],
      }),
    );
  await Promise.all(Array.from({ length: count }, (_, i) => insert(i)));
  await bench.publish(shop);
  return { bench, place: { schema: snapshot, table: bench.table, client: bench.client } };
}

describe('the state machine of the sample', () => {
  it('takes a key path from expand to promoted, in as many rounds as it needs', async () => {
    const { bench, place } = await openShop(120);
    // However fast the machine is, a function of a first round has time for two requests, and needs more.
    let pause = 0;
    const client = clientOf(engine);
    client.middlewareStack.add(
      (next) => async (args) => {
        await sleep(pause);
        return next(args);
      },
      { step: 'initialize' },
    );
    const before = (_: number, isFirstRound: boolean): void => void (pause = isFirstRound ? 20 : 0);
    const ran = await run({ ...place, client }, { firstRound: 40, before });

    expect(ran.execution).toMatchObject({ status: 'SUCCEEDED', output: { promoted: { Payload: { finished: true } } } });
    expect(roundsOf(ran, 'backfill')).toBeGreaterThan(1);
    expect(roundsOf(ran, 'verify')).toBeGreaterThan(1);
    expect(ran.execution.path.slice(-2)).toEqual(['Promote', 'Done']);
    const orders = (await bench.open(shop)).repository(Order);
    const due = await orders
      .listByKeyPath('/delivery-:deliveryDate', { deliveryDate: '2024-01-01' }, { limit: 1_000 })
      .page();
    expect({ found: due.items.length, complete: due.complete }).toEqual({ found: 120, complete: true });
    expect(await bench.wrong()).toEqual([]);
  });

  it('ends with the fault where two items have one key, and promotes nothing', async () => {
    const { now, place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same@x' }));
      await members.insert(members.create({ id: 'bob', email: 'same@x' }));
    });
    const { execution } = await run(place);
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'VERIFY_FOUND_FAULTS',
      cause: `Member ${BY_EMAIL}: 1 open`,
    });
    expect(execution.path).not.toContain('Promote');
    // Which item that is, is told in the log only.
    expect(logged.join('\n')).toMatch(/\/member-(ada|bob)/);
    await expect(now.members.findByKeyPath(BY_EMAIL, { email: 'none' })).rejects.toThrow(KeyPathIncompleteError);
  });

  it('ends with the code of an error of Ductile', async () => {
    const { bench, place } = await openBranch(engine);
    const [row] = await bench.rows();
    await bench.putRaw(bench.gateway.keyOf(row!), { $type: row!['$type']! });
    const { execution } = await run(place, { firstRound: 200 });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DAMAGED_ROW' });
    expect((execution as { readonly cause: string }).cause).toContain('errorMessage');
  });

  it('asks again where Lambda had no place for a function', async () => {
    const { place } = await openBranch(engine);
    const { execution } = await run(place, { before: (call) => fail(call === 1, 'Lambda.TooManyRequestsException') });
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('goes on without a worker that died, and ends with its error where none is left', async () => {
    const { place } = await openBranch(engine);
    const dead = await run(place, { before: () => fail(true, 'Lambda.Unknown') });
    expect(dead.execution).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
    const alive = await run(place, { before: (call) => fail(call === 1, 'Lambda.Unknown') });
    expect(alive.execution.status).toBe('SUCCEEDED');
    expect(alive.calls.map(({ event }) => event.step)).toEqual([
      ...['backfill', 'backfill'],
      ...['verify', 'verify', 'verify'],
      'promote',
    ]);
  });

  it('waits for a drain outside the functions', async () => {
    const { place } = await openBranch(engine);
    const ran = await run(place, { input: { options: { drain: 2_000 } } });
    expect(ran.execution.status).toBe('SUCCEEDED');
    expect(Math.max(...ran.waits)).toBeGreaterThan(1);
    expect(Math.max(...ran.waits)).toBeLessThanOrEqual(2);
  });

  it("takes one worker's word that a step is finished: another verify would begin anew", async () => {
    const asked: string[] = [];
    const answers = [true, false, false];
    const input = { step: 'verify', workers: [1, 2, 3], options: {} };
    const { status } = await execute(machine, input, {
      invoke: async (_, payload) => {
        asked.push((payload as { readonly step: string }).step);
        return { finished: answers.pop() ?? true, wait: 1, faults: [], errors: [] };
      },
      wait: async () => undefined,
    });
    expect({ status, asked }).toEqual({ status: 'SUCCEEDED', asked: ['verify', 'verify', 'verify', 'promote'] });
  });
});

function fail(isTrue: boolean, name: string): void {
  if (isTrue) throw Object.assign(new Error('by Lambda'), { name });
}

describe('the handler of the sample', () => {
  it('answers at once while a drain lasts, and says for how long', async () => {
    const { place } = await openBranch(engine);
    const { client } = recording();
    const event: WorkerEvent = { step: 'backfill', options: { drain: 600_000 } };
    const result = await workerAt({ ...place, client })(event, timeFor(800_000));
    expect(result).toEqual({ finished: false, wait: expect.any(Number), faults: [], errors: [] });
    expect(result.wait).toBeGreaterThan(590);
    expect(result.wait).toBeLessThanOrEqual(601);
    // One row of a scan tells the engine; no pass begins.
    expect(await works(place)).toEqual([]);
  });

  it('ends between two rows where a page takes longer than it has, and gives the segment back', async () => {
    const { place } = await openShop(60);
    const real = setTimeout;
    const end = (call: () => void, after?: number) => real(call, after === 25_500 ? 500 : after);
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(end);
    // A page of all orders, at one write unit a second.
    const event: WorkerEvent = { step: 'backfill', options: { maxWcu: 1, segments: 1 } };
    expect(await workerAt(place)(event, timeFor(500))).toMatchObject({ finished: false, wait: 1 });
    const [work] = await works(place);
    expect(work).toMatchObject({ state: 'running', segments: { all: 1, finished: 0, leased: 0 } });
    expect((await plan(place)).behind).toBeLessThan(60);
  });

  it('does not let an event say where the table is, and knows what it may be asked', async () => {
    const { place } = await openBranch(engine);
    const event = { step: 'verify', options: { table: 'another' } } as unknown as WorkerEvent;
    await expect(workerAt(place)(event, timeFor(ENOUGH))).resolves.toMatchObject({ finished: true });
    const other = { step: 'tidy', options: {} } as unknown as WorkerEvent;
    await expect(workerAt(place)(other, timeFor(ENOUGH))).rejects.toThrow('There is no step "tidy".');
  });

  it('finds schema, table and client by itself', async () => {
    const { bench } = await openShop(3);
    const before = { ...process.env };
    Object.assign(process.env, {
      TABLE_NAME: bench.table,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    try {
      const { handler } = await import('../../samples/lambda-backfill/handler.js');
      await expect(handler({ step: 'backfill', options: { drain: 0 } }, timeFor(ENOUGH))).resolves.toMatchObject({
        finished: true,
      });
    } finally {
      process.env = before;
    }
    expect(JSON.parse(logged[0]!)).toMatchObject({ step: 'backfill', report: { items: 3, written: 3 } });
  });

  it('has the snapshot of the schema whose key path it fills', () => {
    expect(read('schema.json')).toBe(printSnapshot(snapshotOf(shop)));
  });
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: string | string[] }[];
}

/** The actions that a policy allows on such resources. */
function allowed(name: string, service: string): readonly string[] {
  const { Statement } = JSON.parse(read(name)) as Policy;
  return Statement.filter(({ Resource }) => [Resource].flat().every((arn) => arn.startsWith(`arn:aws:${service}:`)))
    .flatMap(({ Action }) => Action)
    .sort();
}

describe('the policies of the sample', () => {
  it('allow the function what all steps need of the table, and nothing else', async () => {
    const { client, actions } = recording();
    const { old, place } = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same@x' }));
      await members.insert(members.create({ id: 'bob', email: 'same@x' }));
    });
    const worker: Place = { ...place, client };
    expect((await run(worker)).execution.status).toBe('FAILED');
    await old.members.update({ id: 'bob' }, (bob) => void (bob.email = 'bob@x'));
    for (const input of [
      { step: 'verify' },
      { step: 'retire', options: { version: 1, force: true } },
      { step: 'drop', options: { version: 1, force: true } },
    ]) {
      expect(await run(worker, { input })).toMatchObject({ execution: { status: 'SUCCEEDED' } });
    }
    expect([...actions].sort()).toEqual(allowed('policy-function.json', 'dynamodb'));
  });

  it('allow the state machine to call the function, and to run rounds of its own', () => {
    const text = read('backfill.asl.json');
    const functions = [...text.matchAll(/"FunctionName": "([^"]+)"/g)].map(([, arn]) => arn);
    const policy = JSON.parse(read('policy-state-machine.json')) as Policy;
    expect(new Set(functions)).toEqual(new Set(policy.Statement.flatMap(({ Resource }) => Resource).slice(0, 1)));
    expect(allowed('policy-state-machine.json', 'lambda')).toEqual(['lambda:InvokeFunction']);
    expect(allowed('policy-state-machine.json', 'states')).toEqual([
      'states:DescribeExecution',
      'states:StartExecution',
      'states:StopExecution',
    ]);
    const own = 'arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE';
    expect(policy.Statement.find(({ Action }) => Action.includes('states:StopExecution'))?.Resource).toEqual([
      `${own}:*`,
      `${own}/*`,
    ]);
  });
});

describe('the walker', () => {
  it('refuses a definition with a field that it does not know, or a state that nothing leads to', async () => {
    const services = { invoke: async () => null, wait: async () => undefined };
    const done = { Type: 'Succeed' } as const;
    const refused = (states: object) =>
      execute({ StartAt: 'A', States: states } as unknown as Machine, {}, services).catch(
        (error: Error) => error.message,
      );
    expect(await refused({ A: { Type: 'Pass', Nxt: 'B' }, B: done })).toBe('A has Nxt, which is not known here');
    expect(await refused({ A: done, B: done })).toBe('nothing leads to B');
    expect(await refused({ A: { Type: 'Pass', Next: 'C' } })).toBe('there is no state C');
  });
});
