import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import {
  backfill,
  census,
  doctor,
  drop,
  inspect,
  limit,
  mendRestored,
  type OperatorOptions,
  pause,
  plan,
  promote,
  resume,
  retire,
  runJob,
  status,
  verify,
  withdraw,
  works,
} from '../../src/operator/index.js';
import { startEngine } from '../support/engine.js';
import { type Branch, openBranch, watched } from './branch.js';
import { Member, v2 } from './library.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

type Call = (options: OperatorOptions) => Promise<unknown>;

const job = { name: 'nothing', type: Member, each: () => undefined };

/** Of few requests: none comes after the signal. */
const brief: Readonly<Record<string, Call>> = {
  census,
  doctor,
  inspect: (options) => inspect({ ...options, key: '/member-first' }),
  limit: (options) => limit({ ...options, maxWcu: 5 }),
  pause,
  plan,
  promote,
  resume,
  status,
  works,
};

const all: Readonly<Record<string, Call>> = {
  ...brief,
  backfill,
  drop: (options) => drop({ ...options, version: 1 }),
  mendRestored,
  retire: (options) => retire({ ...options, version: 1, force: true }),
  runJob: ({ drain: _, onProgress: __, ...options }) => runJob({ ...options, schema: v2, job }),
  verify,
  withdraw: (options) => withdraw({ ...options, version: 2, force: true }),
};

const reason = new Error('somebody pressed a key');

/** A call during whose nth request of a kind the signal is aborted; and how many requests there were before and after. */
async function abortedAt(branch: Branch, call: Call, operation: string, nth = 1) {
  const control = new AbortController();
  const after: string[] = [];
  const before = (name: string, count: number): void => {
    if (control.signal.aborted) after.push(name);
    if (name === operation && count === nth) control.abort(reason);
  };
  const client = watched(engine, before, true);
  const error: unknown = await call({ ...branch.place, client, signal: control.signal }).catch(
    (thrown: unknown) => thrown,
  );
  return { error, after };
}

describe('a signal that is aborted already', () => {
  it.each(Object.keys(all))('keeps %s from sending anything', async (name) => {
    const { place } = await openBranch(engine);
    const sent: string[] = [];
    const client = watched(engine, (operation) => void sent.push(operation));
    const signal = AbortSignal.abort(reason);
    await expect(all[name]!({ ...place, client, signal })).rejects.toBe(reason);
    expect(sent).toEqual([]);
  });
});

describe('a signal that is aborted while the table is opened', () => {
  it.each(Object.keys(all))('keeps %s from what comes after', async (name) => {
    const branch = await openBranch(engine);
    expect(await abortedAt(branch, all[name]!, 'DescribeTable')).toEqual({ error: reason, after: [] });
    // The doctor asks several things at once.
    if (name === 'doctor') return;
    expect(await abortedAt(branch, all[name]!, 'Query')).toEqual({ error: reason, after: [] });
  });
});

describe('a signal that is aborted between two requests', () => {
  it('ends a plan, and a doctor', async () => {
    const branch = await openBranch(engine);
    for (const call of [plan, doctor]) {
      expect(await abortedAt(branch, call, 'Scan', 3)).toEqual({ error: reason, after: [] });
    }
  });

  it('ends a backfill that asks what it will come to, and leaves no pass', async () => {
    const branch = await openBranch(engine);
    expect(await abortedAt(branch, backfill, 'Scan', 3)).toEqual({ error: reason, after: [] });
    expect(await works(branch.place)).toEqual([]);
  });

  it('ends a promote before the next item type', async () => {
    const branch = await openBranch(engine);
    await backfill(branch.place);
    await verify(branch.place);
    expect(await abortedAt(branch, promote, 'PutItem')).toEqual({ error: reason, after: [] });
    const states = (await status(branch.place)).keyPaths.map(({ state }) => state).sort();
    expect(states).toEqual(expect.arrayContaining(['promoted', 'strict']));
    await promote(branch.place);
    expect((await status(branch.place)).next).toEqual([]);
  });

  it.each(['pause', 'resume', 'limit'])('keeps %s from changing anything', async (name) => {
    const branch = await openBranch(engine);
    await backfill({ ...branch.place, timeLimit: 0 }).catch(() => undefined);
    const begun = await works(branch.place);
    expect(begun).toHaveLength(1);
    expect(await abortedAt(branch, brief[name]!, 'Query', 2)).toEqual({ error: reason, after: [] });
    expect(await works(branch.place)).toEqual(begun);
  });

  it('keeps a retire, a drop and a withdraw from their first entry', async () => {
    const branch = await openBranch(engine);
    const { gateway } = branch.bench;
    // The second Query is that of the census, which has seen nobody.
    for (const row of (await gateway.query({ pk: '$census' })).rows) {
      await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], 'unseen');
    }
    const refusable: Call = (options) => retire({ ...options, version: 1 });
    expect(await abortedAt(branch, refusable, 'Query', 2)).toEqual({ error: reason, after: [] });
    const taking: Call = (options) => withdraw({ ...options, version: 2 });
    expect(await abortedAt(branch, taking, 'Query', 2)).toEqual({ error: reason, after: [] });
    expect((await status(branch.place)).versions.map(({ version }) => version)).toEqual([1, 2]);
    await retire({ ...branch.place, version: 1, force: true });
    const dropping: Call = (options) => drop({ ...options, version: 1 });
    expect(await abortedAt(branch, dropping, 'Query', 2)).toEqual({ error: reason, after: [] });
    expect((await status(branch.place)).versions[0]).toEqual({ version: 1, state: 'retired' });
  });

  it('keeps a job from saying that it is there', async () => {
    const branch = await openBranch(engine);
    // The second Query asks what is recorded of the job, the third one is that of its store.
    for (const nth of [2, 3]) {
      expect(await abortedAt(branch, all['runJob']!, 'Query', nth)).toEqual({ error: reason, after: [] });
    }
  });
});

it('what tells nothing while it runs takes no listener, for the compiler', () => {
  const onProgress = () => undefined;
  const { place } = {} as Branch;
  const refused = () => [
    // @ts-expect-error it tells nothing
    census({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    status({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    promote({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    plan({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    inspect({ ...place, key: '/', onProgress }),
    // @ts-expect-error it tells nothing
    doctor({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    works({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    pause({ ...place, onProgress }),
    // @ts-expect-error it tells nothing
    limit({ ...place, onProgress }),
  ];
  expect(refused).toBeInstanceOf(Function);
});

it.each([{ maxWcu: 5 }, { segments: 4 }, { drain: 0 }, { timeLimit: 5 }, { onProgress: () => undefined }])(
  'the doctor refuses what only passes heed: %o',
  async (option) => {
    const { place } = await openBranch(engine);
    await expect(doctor({ ...place, ...option })).rejects.toMatchObject({
      code: 'STORE_OPTION',
      message: expect.stringMatching(/is not known; those are schema, table, client, keys, signal, repair/),
    });
  },
);
