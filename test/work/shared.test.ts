import { randomUUID } from 'node:crypto';
import { getMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { OutcomeUnknownError } from '../../src/table/errors.js';
import type { Gateway, Load } from '../../src/table/gateway.js';
import { putWorkRow } from '../../src/work/put.js';
import { segmentKey, workPk } from '../../src/work/rows.js';
import { runWork } from '../../src/work/run-work.js';
import type { WorkProgress } from '../../src/work/work.js';
import { readBoards } from '../../src/work/board.js';
import { endRun, endWork, limitWork, pauseWork, readWorks, resumeWork } from '../../src/work/works.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Clock, fill, killedAt, type Met, overtaken, Pass } from './pass.js';

const REGISTRY = '9c1e04d2';

let engine: LocalEngine;
let gateway: Gateway;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function table(rows: number): Promise<readonly string[]> {
  gateway = await newTable(engine);
  return fill(gateway, rows);
}

const sorted = (results: readonly (Met | undefined)[]): readonly string[] => results.flatMap((met) => met ?? []).sort();
const workRows = async (): Promise<number> => (await gateway.query({ pk: workPk })).rows.length;

/** Somebody else has claimed a segment, and works on it for an hour. */
async function claimed(id: string, segment: number, more: object = {}): Promise<void> {
  const board = (await gateway.query({ pk: workPk, prefix: id })).rows[0]!;
  const { run } = JSON.parse((board['$work'] as { readonly S: string }).S) as { readonly run: string };
  const until = gateway.serverTime() + 3_600_000;
  const content = { run, worker: `other-${segment}`, until, rows: 0, read: 0, write: 0, ...more };
  expect(await putWorkRow(gateway, segmentKey(id, segment), undefined, content)).toBeDefined();
}

describe('what is recorded of a work', () => {
  it('is taken away by who comes next, wherever the one before was stopped', async () => {
    await table(1);
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; nth <= 3; nth++) {
        await runWork(gateway, REGISTRY, new Pass('page', 120).plan(), { timeLimit: 0 });
        await Promise.all(Array.from({ length: 120 }, (_, segment) => claimed('sweep-7', segment)));
        await endWork(killedAt(gateway, nth, when), 'sweep-7').catch(() => undefined);
        await endWork(gateway, 'sweep-7');
        expect([when, nth, await workRows()]).toEqual([when, nth, 0]);
      }
    }
  });

  it('stays where another worker has ended it, and begun it anew', async () => {
    await table(10);
    await runWork(gateway, REGISTRY, new Pass().plan(), {});
    const slow = overtaken(gateway, async () => {
      await endWork(gateway, 'sweep-7');
      await runWork(gateway, REGISTRY, new Pass().plan(), {});
    });
    await endWork(slow, 'sweep-7');
    expect(await readWorks(gateway)).toMatchObject([{ state: 'finished' }]);
  });

  it('stays with all its segments where it was begun anew, however many transactions the run before takes', async () => {
    await table(1);
    const claimedAll = async (): Promise<void> => {
      await runWork(gateway, REGISTRY, new Pass('page', 120).plan(), { timeLimit: 0 });
      await Promise.all(Array.from({ length: 120 }, (_, segment) => claimed('sweep-7', segment)));
    };
    await claimedAll();
    const slow = overtaken(gateway, async () => {
      await endWork(gateway, 'sweep-7');
      await claimedAll();
    });
    await endWork(slow, 'sweep-7');
    expect(await workRows()).toBe(121);
  });

  it('is ended only as the run that was seen', async () => {
    await table(10);
    await runWork(gateway, REGISTRY, new Pass().plan(), {});
    const [seen] = await readBoards(gateway, 'sweep-7');
    await endWork(gateway, 'sweep-7');
    await endRun(gateway, seen!);
    await runWork(gateway, REGISTRY, new Pass().plan(), {});
    await endRun(gateway, seen!);
    expect(await readWorks(gateway)).toMatchObject([{ state: 'finished' }]);
  });

  it('is read page by page', async () => {
    const names = await table(30);
    const paged = gatewayOver(gateway, { query: (request) => gateway.query({ ...request, limit: 3 }) });
    const pass = new Pass('page', 8);
    await runWork(paged, REGISTRY, pass.plan(), {});
    const again = await runWork(paged, REGISTRY, pass.plan(), {});
    expect(pass.met.toSorted()).toEqual(names);
    expect(sorted(again.results)).toEqual(names);
  });

  it('is not what else stands beside the works', async () => {
    await table(1);
    await putWorkRow(gateway, { pk: workPk, sk: 'background' }, undefined, { until: 0, failures: 0 });
    expect(await readWorks(gateway)).toEqual([]);
  });

  it('goes with what earlier runs left, which counts for nothing', async () => {
    const names = await table(50);
    await runWork(gateway, '00000000', new Pass('page', 4).plan(), {});
    const clock = new Clock();
    const stopped = new Pass('page', 4, (_, nth) => {
      if (nth === 3) throw new Error('enough');
    });
    await expect(runWork(clock.over(gateway), REGISTRY, stopped.plan(), { concurrency: 1 })).rejects.toThrow('enough');
    const pass = new Pass('page', 4);
    const end = await runWork(clock.over(gateway), REGISTRY, pass.plan(), {});
    expect(sorted(end.results)).toEqual(names);
    await runWork(gateway, '00000000', new Pass('page', 6).plan('sweep-8'), {});
    await runWork(gateway, REGISTRY, new Pass('page', 4).plan('sweep-8'), { timeLimit: 0 });
    for (const id of ['sweep-7', 'sweep-8']) await endWork(gateway, id);
    expect(await workRows()).toBe(0);
  });

  it('is an error where no attempt to write it is answered', async () => {
    await table(1);
    let sent = 0;
    const lost = gatewayOver(gateway, {
      write: () => Promise.resolve({ kind: 'unknown', cause: new Error(`no answer ${++sent}`) }),
    });
    await expect(runWork(lost, REGISTRY, new Pass().plan(), {})).rejects.toThrow(OutcomeUnknownError);
    expect(sent).toBe(3);
  });

  it('keeps what two say at once about the work as a whole', async () => {
    await table(1);
    await runWork(gateway, REGISTRY, new Pass().plan(), { timeLimit: 0 });
    const slow = overtaken(gateway, () => limitWork(gateway, 'sweep-7', { maxWcu: 7 }));
    expect(await pauseWork(slow, 'sweep-7')).toMatchObject({ state: 'paused', maxWcu: 7 });
    expect(await readWorks(gateway)).toMatchObject([{ state: 'paused', maxWcu: 7 }]);
    expect(await resumeWork(gateway, 'sweep-7')).toMatchObject({ state: 'running', maxWcu: 7 });
  });

  it('keeps the limits of two that join at once', async () => {
    await table(1);
    const limits = { maxWcu: 7, timeLimit: 0 };
    await runWork(gateway, REGISTRY, new Pass().plan(), { timeLimit: 0 });
    const slow = overtaken(gateway, () => runWork(gateway, REGISTRY, new Pass().plan(), limits));
    await runWork(slow, REGISTRY, new Pass().plan(), { maxRcu: 3, timeLimit: 0 });
    expect(await readWorks(gateway)).toMatchObject([{ maxWcu: 7, maxRcu: 3 }]);
  });

  it('is taken away also where somebody says something about it meanwhile', async () => {
    await table(10);
    await runWork(gateway, REGISTRY, new Pass().plan(), {});
    const slow = overtaken(gateway, () => pauseWork(gateway, 'sweep-7'));
    await endWork(slow, 'sweep-7');
    expect(await workRows()).toBe(0);
  });

  it('tells what is finished, and who works on what', async () => {
    await table(1);
    await runWork(gateway, REGISTRY, new Pass('page', 4).plan(), { timeLimit: 0 });
    await claimed('sweep-7', 1);
    await claimed('sweep-7', 2, { finished: true });
    await claimed('sweep-7', 3, { until: 0 });
    expect(await readWorks(gateway)).toMatchObject([
      { state: 'running', segments: { all: 4, finished: 1, leased: 1 } },
    ]);
  });

  it('counts what all workers met and consumed, one after the other', async () => {
    await table(1_000);
    let load: Load = { read: 100, write: 1_000, retries: 0, conflicts: 0 };
    const metered = gatewayOver(gateway, {
      load: () => load,
      scan: (request) => {
        load = { ...load, read: load.read + 1 };
        return gateway.scan(request);
      },
    });
    const costs = (nth: number): void => {
      load = { ...load, write: load.write + 2 };
      if (nth === 600) throw new Error('enough');
    };
    const first = new Pass('page', 1, (_, nth) => costs(nth));
    await expect(runWork(metered, REGISTRY, first.plan(), { concurrency: 1 })).rejects.toThrow('enough');
    load = { ...load, read: 5_000, write: 9_000 };
    const second = new Pass('page', 1, () => costs(0));
    const { progress } = await runWork(metered, REGISTRY, second.plan(), { concurrency: 1 });
    // Two rows are those of the work itself; what came after the last checkpoint was not written down.
    expect(progress.rows).toBeGreaterThanOrEqual(1_000);
    expect(progress.rows).toBeLessThanOrEqual(1_002);
    const { read, write } = progress.consumed;
    expect(write).toBeGreaterThanOrEqual(2_000);
    expect(write).toBeLessThanOrEqual(2_010);
    // A page, and what is written down of each segment.
    expect(read).toBeGreaterThanOrEqual(2);
    expect(read).toBeLessThanOrEqual(8);
  });
});

describe('a worker', () => {
  it('meets nothing where its time is over, or it is stopped, before it begins', async () => {
    await table(10);
    const pass = new Pass();
    expect(await runWork(gateway, REGISTRY, pass.plan(), { timeLimit: 0 })).toMatchObject({ finished: false });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(runWork(gateway, REGISTRY, pass.plan(), { signal })).rejects.toThrow('enough');
    expect(pass.met).toEqual([]);
    expect(await workRows()).toBe(1);
  });

  it('asks how the work stands every two seconds, and not with each page', async () => {
    await table(600);
    for (const [step, most] of [
      [0, 2],
      [500, 5],
    ] as const) {
      const clock = new Clock();
      let queries = 0;
      const watched = clock.over(gateway, {
        query: (request) => {
          queries++;
          return gateway.query(request);
        },
        scan: (request) => {
          clock.ahead += step;
          return gateway.scan({ ...request, limit: 100 });
        },
      });
      await runWork(watched, REGISTRY, new Pass('page', 1).plan(`sweep-${step}`), {});
      expect(queries).toBeGreaterThanOrEqual(most / 2);
      expect(queries).toBeLessThanOrEqual(most);
    }
  });

  it('waits for the segments of others longer each time, but looks every few seconds, and no longer than its time', async () => {
    await table(1);
    await runWork(gateway, REGISTRY, new Pass('page', 1).plan(), { timeLimit: 0 });
    await claimed('sweep-7', 0);
    const clock = new Clock();
    const end = await runWork(clock.over(gateway), REGISTRY, new Pass('page', 1).plan(), { timeLimit: 20_000 });
    expect(end.finished).toBe(false);
    expect(clock.waited).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 3_650]);
  });

  it('tells how the work stands, at last that it is finished', async () => {
    await table(10);
    const told: WorkProgress[] = [];
    await runWork(gateway, REGISTRY, new Pass().plan(), { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ state: 'running', segments: { finished: 0 } });
    expect(told.at(-1)).toMatchObject({ state: 'finished', rows: expect.any(Number) });
  });

  it('does fewer rows at once where requests are throttled', async () => {
    await table(600);
    let retries = 0;
    const throttled = gatewayOver(gateway, { load: () => ({ read: 0, write: 0, retries, conflicts: 0 }) });
    let [now, done] = [0, 0];
    const most: number[] = [];
    const pass = new Pass('page', 1, async () => {
      now++;
      // Those that were under way when a round of 50 rows ended go on.
      const round = Math.floor(done / 50);
      if (done % 50 >= 10) most[round] = Math.max(most[round] ?? 0, now);
      retries++;
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      done++;
    });
    await runWork(throttled, REGISTRY, pass.plan(), { concurrency: 8 });
    expect(most.slice(0, 5)).toEqual([8, 4, 2, 1, 1]);
    expect(most.at(-1)).toBeLessThanOrEqual(2);
  });

  it('renews its lease once, however many rows it works on', async () => {
    await table(200);
    const clock = new Clock();
    let writes = 0;
    const counted = clock.over(gateway, {
      write: async (...write) => {
        writes++;
        await new Promise((resolve) => setImmediate(resolve));
        return gateway.write(...write);
      },
    });
    const pass = new Pass('page', 1, async (_, nth) => {
      if (nth !== 100) return;
      for (let beat = 0; beat < 4; beat++) await clock.pass(2_000);
    });
    const end = await runWork(counted, REGISTRY, pass.plan(), { concurrency: 8 });
    expect(end.finished).toBe(true);
    expect(pass.met).toHaveLength(200);
    // The head, the claim, the renewal, and the end of its one page.
    expect(writes).toBe(4);
  });

  it('keeps a segment from page to page', async () => {
    await table(400);
    const clock = new Clock();
    let others = 0;
    const slow = clock.over(gateway, { scan: (request) => gateway.scan({ ...request, limit: 40 }) });
    const pass = new Pass('page', 1, async (_, nth) => {
      // Less than after what it would renew its lease within a page.
      if (nth % 40 === 1) clock.ahead += 4_000;
      if (nth % 40 !== 20) return;
      const other = new Pass('page', 1);
      const before = clock.ahead;
      await runWork(clock.over(gateway), REGISTRY, other.plan(), { timeLimit: 1 });
      clock.ahead = before;
      others += other.met.length;
    });
    await runWork(slow, REGISTRY, pass.plan(), { concurrency: 1 });
    expect([pass.met.length, others]).toEqual([400, 0]);
  });

  it('leaves a segment that was taken over between two pages', async () => {
    const names = await table(600);
    const later = new Clock();
    later.ahead = 16_000;
    const taker = new Pass('page', 1);
    let scans = 0;
    // It renews nothing while it sleeps.
    const sleeper = new Clock().over(gateway, {
      scan: async (request) => {
        const page = await gateway.scan({ ...request, limit: 100 });
        if (++scans === 3) await runWork(later.over(gateway), REGISTRY, taker.plan(), {});
        return page;
      },
    });
    const pass = new Pass('page', 1);
    const end = await runWork(sleeper, REGISTRY, pass.plan(), { concurrency: 1 });
    expect(taker.met).not.toEqual([]);
    expect(pass.met.length).toBeLessThanOrEqual(300);
    expect(sorted(end.results)).toEqual(names);
  });

  it('repeats a segment of which nothing is kept before its end, from its beginning', async () => {
    const names = await table(600);
    const stopped = new Pass('segment', 1, (_, nth) => {
      if (nth === 550) throw new Error('enough');
    });
    await expect(runWork(gateway, REGISTRY, stopped.plan(), {})).rejects.toThrow('enough');
    const pass = new Pass('segment', 1);
    const end = await runWork(gateway, REGISTRY, pass.plan(), {});
    expect(pass.met.toSorted()).toEqual(names);
    expect(sorted(end.results)).toEqual(names);
  });
});

it('a page that fails when the worker was stopped meanwhile is no unhandled error', async () => {
  await table(10);
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  const stop = new AbortController();
  const failing = gatewayOver(gateway, {
    scan: () => {
      stop.abort(new Error('enough'));
      return Promise.reject(new Error('the page is not there'));
    },
  });
  await expect(runWork(failing, REGISTRY, new Pass().plan(), { signal: stop.signal })).rejects.toThrow('enough');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});

it('an error of the look after a claim gives the segment back', async () => {
  await table(10);
  // One that it began itself it would not leave.
  await runWork(gateway, REGISTRY, new Pass().plan(), { timeLimit: 0 });
  let queries = 0;
  const failing = gatewayOver(gateway, {
    query: (request) => (++queries === 2 ? Promise.reject(new Error('not allowed')) : gateway.query(request)),
  });
  await expect(runWork(failing, REGISTRY, new Pass().plan(), {})).rejects.toThrow('not allowed');
  expect(await readWorks(gateway)).toMatchObject([{ segments: { leased: 0 } }]);
});

it('an error of a look beside the rows ends the work, and the segment is given back', async () => {
  await table(40);
  const clock = new Clock();
  const worker = clock.over(gateway);
  const failing = gatewayOver(worker, {
    query: (request) => (clock.ahead > 10_000 ? Promise.reject(new Error('not allowed')) : worker.query(request)),
  });
  const pass = new Pass('page', 1, () => clock.pass(1_000));
  await expect(runWork(failing, REGISTRY, pass.plan(), { concurrency: 1 })).rejects.toThrow('not allowed');
  expect(pass.met.length).toBeLessThan(20);
  expect(await readWorks(gateway)).toMatchObject([{ segments: { leased: 0 } }]);
});

describe('a row that cannot be worked on', () => {
  it('ends the page, once no other row is under way, and says why', async () => {
    await table(200);
    let now = 0;
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const pass = new Pass('page', 1, async (_, nth) => {
      now++;
      for (let turn = 0; turn < (nth === 20 ? 1 : 20); turn++) await new Promise((resolve) => setImmediate(resolve));
      now--;
      if (nth === 20) throw new Error('this row is damaged');
    });
    let failed = false;
    const failing = gatewayOver(gateway, {
      scan: (request) => {
        if (request.after !== undefined) return Promise.reject(new Error('the page after is not there'));
        return gateway.scan({ ...request, limit: 100 });
      },
      write: (...write) => {
        if (pass.met.length >= 20) {
          failed = true;
          return Promise.reject(new Error('nothing is given back'));
        }
        return gateway.write(...write);
      },
    });
    await expect(runWork(failing, REGISTRY, pass.plan(), {})).rejects.toThrow('this row is damaged');
    expect([failed, now]).toEqual([true, 0]);
    expect(pass.met.length).toBeLessThanOrEqual(20 + 8);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('a limit', () => {
  /** How many units a second a worker consumes under a limit of 12, while others have claimed segments beside its own. */
  async function rate(what: 'read' | 'write', ...others: readonly object[]): Promise<number> {
    await table(100 * (1 + others.length));
    const segments = 1 + others.length;
    const limits = what === 'read' ? { maxRcu: 12 } : { maxWcu: 12 };
    await runWork(gateway, REGISTRY, new Pass('page', segments).plan(), { ...limits, timeLimit: 0 });
    for (const [i, other] of others.entries()) await claimed('sweep-7', i + 1, other);
    const clock = new Clock();
    let [consumed, last] = [0, 0];
    const metered = clock.over(gateway, {
      load: () => ({ read: 0, write: 0, retries: 0, conflicts: 0, [what]: consumed }),
      scan: (request) => gateway.scan({ ...request, limit: 10 }),
    });
    const pass = new Pass('page', segments, () => {
      consumed++;
      last = clock.ahead;
    });
    await runWork(metered, REGISTRY, pass.plan(), { concurrency: 1, timeLimit: 120_000 });
    expect(consumed).toBeGreaterThan(50);
    return (consumed / last) * 1_000;
  }

  it.each(['read', 'write'] as const)('of %s units is for all workers together', async (what) => {
    expect(Math.round(await rate(what))).toBe(12);
    expect(Math.round(await rate(what, {}))).toBe(6);
    expect(Math.round(await rate(what, {}, {}))).toBe(4);
  });

  it('is not shared by who is gone or has finished', async () => {
    // It begins at the first segment, and the one of who is gone is still there.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    try {
      expect(Math.round(await rate('write', { finished: true }, { until: 1 }))).toBe(12);
    } finally {
      random.mockRestore();
    }
  });

  it('of reads is kept where no row needs anything: a page costs, too', async () => {
    await table(100);
    const clock = new Clock();
    let pages = 0;
    const metered = clock.over(gateway, {
      load: () => ({ read: 10 * pages, write: 0, retries: 0, conflicts: 0 }),
      scan: (request) => (pages++, gateway.scan({ ...request, limit: 10 })),
    });
    const passing = { row: () => undefined, result: () => 0 };
    const plan = {
      id: 'sweep-7',
      kind: 'sweep' as const,
      segments: 1,
      checkpoint: 'page' as const,
      open: () => passing,
    };
    await runWork(metered, REGISTRY, plan, { maxRcu: 10 });
    expect(clock.ahead / 1_000).toBeGreaterThan(pages - 4);
  });

  it('is shared from the beginning by workers that begin at once', async () => {
    await table(100);
    await runWork(gateway, REGISTRY, new Pass('page', 2).plan(), { maxWcu: 12, timeLimit: 0 });
    const clock = new Clock();
    // After it has read that nobody works, and ahead of its own claim.
    const worker = overtaken(gateway, () => claimed('sweep-7', 1));
    let [consumed, atFirst] = [0, 0];
    const metered = clock.over(worker, { load: () => ({ read: 0, write: consumed, retries: 0, conflicts: 0 }) });
    const pass = new Pass('page', 2, () => {
      consumed++;
      if (clock.ahead < 2_000) atFirst++;
    });
    await runWork(metered, REGISTRY, pass.plan(), { concurrency: 1, timeLimit: 10_000 });
    expect(consumed).toBeGreaterThan(40);
    expect(atFirst).toBeLessThanOrEqual(13);
  });

  it('is waited for by as many rows at once as are worked on, without a warning of Node', async () => {
    await table(40);
    const clock = new Clock();
    const limits: number[] = [];
    const metered = clock.over(gateway, {
      load: () => ({ read: 0, write: pass.met.length, retries: 0, conflicts: 0 }),
      pause: (milliseconds, signal) => {
        // How many may listen to it before Node takes that for a leak.
        limits.push(getMaxListeners(signal!));
        return clock.pass(milliseconds);
      },
    });
    const pass: Pass = new Pass('page', 1);
    await runWork(metered, REGISTRY, pass.plan(), { concurrency: 20, maxWcu: 10 });
    expect([...new Set(limits)]).toEqual([Infinity]);
  });

  it('of writes is kept within a page', async () => {
    await table(100);
    const clock = new Clock();
    let last = 0;
    const pass = new Pass('page', 1, () => void (last = clock.ahead));
    const metered = clock.over(gateway, {
      load: () => ({ read: 0, write: 10 * pass.met.length, retries: 0, conflicts: 0 }),
    });
    await runWork(metered, REGISTRY, pass.plan(), { concurrency: 1, maxWcu: 10 });
    expect(last / 1_000).toBeGreaterThan(90);
  });

  it('that changes is kept within seconds', async () => {
    await table(300);
    const clock = new Clock();
    let [consumed, last] = [0, 0];
    const metered = clock.over(gateway, {
      load: () => ({ read: 0, write: consumed, retries: 0, conflicts: 0 }),
      scan: (request) => gateway.scan({ ...request, limit: 10 }),
    });
    const pass = new Pass('page', 1, async () => {
      if (++consumed === 100) await limitWork(gateway, 'sweep-7', { maxWcu: 1 });
      last = clock.ahead;
    });
    await runWork(metered, REGISTRY, pass.plan(), { concurrency: 1, maxWcu: 20 });
    expect(last / 1_000).toBeGreaterThan(100);
  });
});

it('a row of a work gets a new token with each write', async () => {
  await table(0);
  const key = segmentKey('sweep-7', 0);
  const first = await putWorkRow(gateway, key, undefined, { text: randomUUID() });
  const second = await putWorkRow(gateway, key, first, { text: 'second' });
  expect(second).toBeDefined();
  expect(await putWorkRow(gateway, key, first, { text: 'late' })).toBeUndefined();
  expect(await putWorkRow(gateway, key, undefined, { text: 'late' })).toBeUndefined();
  expect((await gateway.get(key))?.['$work']).toEqual({ S: '{"text":"second"}' });
});
