import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoGateway } from '../../src/dynamo/gateway.js';
import type { LocalEngine } from '../../src/local/index.js';
import type { Gateway, ScanRequest } from '../../src/table/gateway.js';
import type { RowKey } from '../../src/values/attribute-value.js';
import { workPk } from '../../src/work/rows.js';
import { runWork } from '../../src/work/run-work.js';
import type { WorkPlan } from '../../src/work/work.js';
import { endWork, limitWork, pauseWork, readWorks, resumeWork } from '../../src/work/works.js';
import { newTable } from '../dynamo/wire.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Clock, fill, killedAt, type Met, overtaken, Pass } from './pass.js';

const REGISTRY = '9c1e04d2';

let engine: LocalEngine;
let gateway: DynamoGateway;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function table(rows: number): Promise<readonly string[]> {
  gateway = await newTable(engine);
  return fill(gateway, rows);
}

const sorted = (results: readonly (Met | undefined)[]): readonly string[] => results.flatMap((met) => met ?? []).sort();

describe('one worker', () => {
  it.each(['page', 'segment'] as const)('meets every row once, with a checkpoint for each %s', async (checkpoint) => {
    const names = await table(600);
    const pass = new Pass(checkpoint, 2);
    const end = await runWork(gateway, REGISTRY, pass.plan(), {});
    expect(end).toMatchObject({ finished: true, elsewhere: false });
    expect(pass.met.toSorted()).toEqual(names);
    expect(sorted(end.results)).toEqual(names);
    expect(end.progress).toMatchObject({ state: 'finished', segments: { all: 2, finished: 2, leased: 0 } });
    // The rows of the work itself are met as well.
    expect(end.progress.rows).toBeGreaterThanOrEqual(600);
  });

  it('tells at each checkpoint how far it has come', async () => {
    await table(600);
    const told: number[] = [];
    await runWork(gateway, REGISTRY, new Pass('page', 1).plan(), { onProgress: ({ rows }) => told.push(rows) });
    expect(told).toEqual(expect.arrayContaining([0, 250, 500]));
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it('writes down what it expects where it begins a work, and goes on with what was expected then', async () => {
    await table(300);
    const forecast = { read: 40, write: 900, table: { rows: 300, bytes: 9_000 } };
    let asked = 0;
    const plan = {
      ...new Pass('page', 1).plan(),
      forecast: () => Promise.resolve(asked++ === 0 ? forecast : { ...forecast, write: 1 }),
    };
    const first = await runWork(gateway, REGISTRY, plan, { timeLimit: 0 });
    expect(first).toMatchObject({ finished: false, progress: { forecast } });
    expect(await readWorks(gateway)).toMatchObject([{ forecast }]);
    expect(await runWork(gateway, REGISTRY, plan, {})).toMatchObject({ finished: true, progress: { forecast } });
    expect(asked).toBe(1);
  });

  it('reads pages as large as DynamoDB gives, with checkpoints within them, and no Segment where there is one', async () => {
    await table(600);
    const scans: ScanRequest[] = [];
    const pass = new Pass('page', 1);
    const checkpoints = new Set<number>();
    const watched = gatewayOver(gateway, {
      scan: (request) => {
        scans.push(request);
        return gateway.scan(request);
      },
      write: (...write) => {
        checkpoints.add(pass.met.length);
        return gateway.write(...write);
      },
    });
    await runWork(watched, REGISTRY, pass.plan(), { concurrency: 1 });
    expect(scans).toEqual([{}]);
    // Before the first row, within the page, and at the end; a row of the work itself may be one of them.
    expect([...checkpoints].map((met) => Math.round(met / 50) * 50)).toEqual([0, 250, 500, 600]);
    await runWork(watched, REGISTRY, new Pass('page', 1).plan('sweep-8'), { maxRcu: 255 });
    expect(scans.slice(1).every(({ limit }) => limit === 250)).toBe(true);
  });

  it('reads the next page with the last rows of one that take time, and beside all of one that does not', async () => {
    await table(2_000);
    const at: number[] = [];
    const passedAt = async (pass: Pass, plan: WorkPlan<Met>): Promise<void> => {
      at.length = 0;
      const inPages = gatewayOver(gateway, {
        scan: (request) => {
          at.push(pass.met.length);
          return gateway.scan({ ...request, limit: 1_000 });
        },
      });
      await runWork(inPages, REGISTRY, plan, { concurrency: 1 });
    };
    const slow = new Pass('page', 1);
    await passedAt(slow, slow.plan());
    expect(Math.abs(at[1]! - 750)).toBeLessThan(5);
    const quick = new Pass('page', 1);
    const met: string[] = [];
    const open = () => ({
      row: (_: unknown, { pk }: RowKey) => void quick.met.push(pk),
      result: () => met,
    });
    await passedAt(quick, { ...quick.plan('sweep-8'), open });
    // Only the first page tells that its rows need nothing.
    expect(at.slice(1)).toEqual([1_000, 1_000]);
  });

  it('leaves nothing behind, once what the work was for is written down', async () => {
    await table(10);
    await runWork(gateway, REGISTRY, new Pass('page', 120).plan(), {});
    await runWork(gateway, REGISTRY, new Pass().plan('sweep-70'), {});
    await endWork(gateway, 'sweep-7');
    expect((await readWorks(gateway)).map(({ id }) => id)).toEqual(['sweep-70']);
    await endWork(gateway, 'sweep-70');
    expect((await gateway.query({ pk: workPk })).rows).toEqual([]);
    await endWork(gateway, 'sweep-70');
  });

  it('does not meet rows again that it has met, nor what another call has', async () => {
    const names = await table(50);
    const pass = new Pass();
    await runWork(gateway, REGISTRY, pass.plan(), {});
    const again = await runWork(gateway, REGISTRY, pass.plan(), {});
    expect(pass.met).toHaveLength(50);
    expect(sorted(again.results)).toEqual(names);
  });

  it('begins anew in a table that was restored from that of another registry', async () => {
    const names = await table(50);
    await runWork(gateway, '00000000', new Pass().plan(), {});
    const pass = new Pass();
    const end = await runWork(gateway, REGISTRY, pass.plan(), {});
    expect(pass.met.toSorted()).toEqual(names);
    expect(sorted(end.results)).toEqual(names);
  });

  it('works on no more rows at once than it is told', async () => {
    await table(60);
    let now = 0;
    let most = 0;
    const pass = new Pass('page', 1, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    });
    await runWork(gateway, REGISTRY, pass.plan(), { concurrency: 5 });
    expect(most).toBe(5);
    await runWork(gateway, REGISTRY, pass.plan('sweep-8'), { concurrency: 1_000_000_000 });
    expect(most).toBeGreaterThan(50);
  });

  it('stops with the reason of its signal, and another goes on from its checkpoints at once', async () => {
    const names = await table(1_000);
    const stop = new AbortController();
    const first = new Pass('page', 1, (_, nth) => (nth === 700 ? stop.abort(new Error('enough')) : undefined));
    await expect(runWork(gateway, REGISTRY, first.plan(), { signal: stop.signal })).rejects.toThrow('enough');
    const second = new Pass('page', 1);
    const clock = new Clock();
    const end = await runWork(clock.over(gateway), REGISTRY, second.plan(), {});
    expect(clock.waited).toEqual([]);
    expect(sorted(end.results)).toEqual(names);
    // What was done is not done again, also of the page in the middle of which it was stopped.
    expect([...first.met, ...second.met].toSorted()).toEqual(names);
  });

  it('gives its segment back as it found it, where it is stopped before the first row', async () => {
    const names = await table(20);
    const stop = new AbortController();
    const { open, ...plan } = new Pass('page', 1).plan();
    const stopping: typeof open = (...given) => {
      stop.abort(new Error('enough'));
      return open(...given);
    };
    const first = runWork(gateway, REGISTRY, { ...plan, open: stopping }, { signal: stop.signal });
    await expect(first).rejects.toThrow('enough');
    const pass = new Pass('page', 1);
    const clock = new Clock();
    await runWork(clock.over(gateway), REGISTRY, pass.plan(), {});
    expect(clock.waited).toEqual([]);
    expect(pass.met.toSorted()).toEqual(names);
  });

  it('gives its segment back where a row cannot be worked on', async () => {
    await table(20);
    const failing = new Pass('page', 1, (_, nth) => {
      if (nth === 7) throw new Error('this row is damaged');
    });
    await expect(runWork(gateway, REGISTRY, failing.plan(), {})).rejects.toThrow('this row is damaged');
    expect(await readWorks(gateway)).toMatchObject([{ state: 'running', segments: { finished: 0, leased: 0 } }]);
  });

  it.each(['page', 'segment'] as const)(
    'with a checkpoint for each %s ends at a page when its time is over, and goes on there',
    async (checkpoint) => {
      const names = await table(1_000);
      const clock = new Clock();
      const slow = clock.over(gateway);
      const pass = new Pass(checkpoint, 1, () => void (clock.ahead += 10));
      const first = await runWork(slow, REGISTRY, pass.plan(), { timeLimit: 3_000 });
      expect(first).toMatchObject({ finished: false, progress: { segments: { leased: 0 } } });
      expect(pass.met.length).toBeLessThan(1_000);
      const second = await runWork(slow, REGISTRY, pass.plan(), {});
      expect(second.finished).toBe(true);
      expect(pass.met.toSorted()).toEqual(names);
    },
  );
});

describe('a worker whose time is over', () => {
  it('has come on by a row, however short it was', async () => {
    await table(20);
    const clock = new Clock();
    const slow = clock.over(gateway, {
      write(...write) {
        clock.ahead += 2_000;
        return gateway.write(...write);
      },
    });
    const pass = new Pass('page', 1);
    const end = await runWork(slow, REGISTRY, pass.plan(), { concurrency: 1, timeLimit: 1_000 });
    expect(end.finished).toBe(false);
    expect(end.progress.rows).toBe(1);
  });

  it('gives its segment back, also between two pages', async () => {
    await table(600);
    const clock = new Clock();
    const slow = clock.over(gateway, {
      async write(...write) {
        const outcome = await gateway.write(...write);
        if (pass.met.length > 0) clock.ahead += 5_000;
        return outcome;
      },
    });
    const pass: Pass = new Pass('page', 1);
    const end = await runWork(slow, REGISTRY, pass.plan(), { timeLimit: 4_000 });
    expect(end).toMatchObject({ finished: false, progress: { segments: { leased: 0 } } });
    expect(pass.met.length).toBeLessThan(600);
  });
});

describe('several workers', () => {
  it('share the segments, and each of them tells what all have done', async () => {
    const names = await table(300);
    const pass = new Pass('page', 16);
    const ends = await Promise.all([1, 2, 3, 4].map(() => runWork(gateway, REGISTRY, pass.plan(), {})));
    expect(pass.met.toSorted()).toEqual(names);
    for (const end of ends) expect(sorted(end.results)).toEqual(names);
  });

  it('finish what one that was killed has begun, wherever that was, and repeat a page at most', async () => {
    const names = await table(600);
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; ; nth++) {
        const id = `sweep-${nth}${when}`;
        const clock = new Clock();
        const pass = new Pass('page', 2);
        const killed = await runWork(killedAt(clock.over(gateway), nth, when), REGISTRY, pass.plan(id), {}).then(
          () => false,
          () => true,
        );
        const end = await runWork(clock.over(gateway), REGISTRY, pass.plan(id), {});
        expect(sorted(end.results)).toEqual(names);
        expect(pass.met.length).toBeLessThanOrEqual(600 + 250);
        await endWork(gateway, id);
        if (!killed) break;
      }
    }
  });

  it('take no segment that another works on, until its lease has ended', async () => {
    await table(20);
    const clock = new Clock();
    let second: Promise<unknown> | undefined;
    const pass = new Pass('page', 1, async (_, nth) => {
      if (nth !== 1) return;
      second = runWork(clock.over(gateway), REGISTRY, pass.plan(), { timeLimit: 10_000 });
      await second;
    });
    await runWork(clock.over(gateway), REGISTRY, pass.plan(), { concurrency: 1 });
    expect(await second).toMatchObject({ finished: false });
    expect(pass.met).toHaveLength(20);
  });

  it('leave a segment to whoever has taken it over', async () => {
    const names = await table(20);
    const clock = new Clock();
    const later = new Clock();
    later.ahead = 16_000;
    const taker = new Pass('page', 1);
    const sleeper = new Pass('page', 1, async (_, nth) => {
      // It sends nothing while it sleeps, and hears of it when it is awake.
      if (nth === 3) await runWork(later.over(gateway), REGISTRY, taker.plan(), {});
      await clock.pass(nth === 3 ? 16_000 : 1);
    });
    const end = await runWork(clock.over(gateway), REGISTRY, sleeper.plan(), { concurrency: 1 });
    expect(taker.met.toSorted()).toEqual(names);
    // What is kept is the taker's alone.
    expect(sorted(end.results)).toEqual(names);
    expect(sleeper.met.length).toBeLessThan(20);
  });

  it('keep a segment through a page that takes longer than the lease', async () => {
    await table(40);
    const clock = new Clock();
    let others = 0;
    const pass = new Pass('page', 1, async (_, nth) => {
      await clock.pass(2_000);
      if (nth % 10 !== 0) return;
      const other = new Pass('page', 1);
      await runWork(clock.over(gateway), REGISTRY, other.plan(), { timeLimit: 1 });
      others += other.met.length;
    });
    await runWork(clock.over(gateway), REGISTRY, pass.plan(), { concurrency: 1 });
    expect(others).toBe(0);
    expect(pass.met).toHaveLength(40);
  });

  it('hear that the work was ended by another', async () => {
    await table(600);
    const clock = new Clock();
    const pass = new Pass('page', 1, async (_, nth) => {
      if (nth === 100) await endWork(gateway, 'sweep-7');
    });
    const end = await runWork(clock.over(gateway), REGISTRY, pass.plan(), {});
    expect(end).toMatchObject({ finished: true, elsewhere: true });
    expect(end.results).toHaveLength(0);
  });

  it('hear that it was ended, or begun anew by another, before they read on', async () => {
    for (const begunAnew of [false, true]) {
      await table(900);
      const clock = new Clock();
      const pass = new Pass('page', 1, () => clock.pass(20));
      let met = 0;
      const process = clock.over(gateway);
      const asking = gatewayOver(process, {
        async query(request) {
          // It has worked for a while, and looks how the work stands.
          if (met === 0 && pass.met.length > 0) {
            met = pass.met.length;
            await endWork(process, 'sweep-7');
            if (begunAnew) await runWork(process, REGISTRY, new Pass('page', 1).plan(), { timeLimit: 0 });
          }
          return process.query(request);
        },
      });
      const end = await runWork(asking, REGISTRY, pass.plan(), { concurrency: 1 });
      expect(end).toMatchObject({ finished: true, elsewhere: true });
      expect(end.results).toHaveLength(0);
      expect([met, pass.met.length]).toEqual([met, met]);
    }
  });

  it('take no part in a work whose name only begins likewise', async () => {
    const names = await table(20);
    await runWork(gateway, REGISTRY, new Pass().plan('sweep-7-more'), {});
    const pass = new Pass();
    expect(await runWork(gateway, REGISTRY, pass.plan('sweep-7'), {})).toMatchObject({ elsewhere: false });
    expect(pass.met.toSorted()).toEqual(names);
    expect((await readWorks(gateway)).map(({ id }) => id).toSorted()).toEqual(['sweep-7', 'sweep-7-more']);
  });

  it('begin one anew in a table that was restored, and take nothing of it for done that was', async () => {
    const names = await table(60);
    const clock = new Clock();
    await runWork(gateway, 'the-past', new Pass('page', 4).plan(), {});
    // Long enough that it looks at the work after each segment.
    const pass = new Pass('page', 4, () => void (clock.ahead += 500));
    const end = await runWork(clock.over(gateway), REGISTRY, pass.plan(), { concurrency: 1 });
    expect(sorted(end.results)).toEqual(names);
    expect(pass.met.toSorted()).toEqual(names);
  });

  it('begin one work, where both find none', async () => {
    await table(10);
    const pass = new Pass();
    let other: object = {};
    const slow = overtaken(gateway, async () => {
      other = await runWork(gateway, REGISTRY, pass.plan(), {});
    });
    expect(await runWork(slow, REGISTRY, pass.plan(), {})).toEqual({ ...other, endedBefore: true });
    expect(pass.met).toHaveLength(10);
  });
});

describe('an answer that is lost', () => {
  it('does not lose what was claimed or written down', async () => {
    const names = await table(300);
    let writes = 0;
    const lossy: Gateway = gatewayOver(gateway, {
      async write(actions, token, options) {
        const outcome = await gateway.write(actions, token, options);
        return writes++ % 2 === 0 ? { kind: 'unknown', cause: new Error('the connection was reset') } : outcome;
      },
    });
    const pass = new Pass('page', 3);
    const end = await runWork(lossy, REGISTRY, pass.plan(), {});
    expect(pass.met.toSorted()).toEqual(names);
    expect(sorted(end.results)).toEqual(names);
  });
});

describe('a lease', () => {
  it('is renewed one write after the other: a renewal that takes long is not taken for another worker', async () => {
    const names = await table(200);
    const clock = new Clock();
    let renewals = 0;
    const slow = clock.over(gateway, {
      async write(...write) {
        const outcome = await gateway.write(...write);
        // Longer than until the next one is due.
        if (pass.met.length > 0 && ++renewals === 1) {
          clock.ahead += 6_000;
          for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        }
        return outcome;
      },
    });
    const pass: Pass = new Pass('page', 1, async (_, nth) => {
      if (nth % 20 === 0) clock.ahead += 5_001;
      await new Promise((resolve) => setImmediate(resolve));
    });
    const end = await runWork(slow, REGISTRY, pass.plan(), {});
    expect(end.finished).toBe(true);
    expect(sorted(end.results)).toEqual(names);
    expect(pass.met).toHaveLength(200);
  });

  it.each(['page', 'segment'] as const)(
    'is renewed however long it takes to keep what a %s came to',
    async (checkpoint) => {
      await table(40);
      const clock = new Clock();
      const others = new Pass(checkpoint, 1);
      const pass = new Pass(checkpoint, 1, () => clock.pass(10));
      const { open, ...plan } = pass.plan();
      const slow: typeof open = async (...given) => {
        const task = await open(...given);
        return {
          row: (...row) => task.row(...row),
          result: async () => {
            for (let second = 0; second < 20; second++) await clock.pass(1_000);
            await runWork(clock.over(gateway), REGISTRY, others.plan(), { timeLimit: 1 });
            return task.result();
          },
        };
      };
      const end = await runWork(clock.over(gateway), REGISTRY, { ...plan, open: slow }, { concurrency: 1 });
      expect([end.finished, pass.met.length, others.met.length]).toEqual([true, 40, 0]);
    },
  );

  it('is renewed however long a row takes, and however long a limit makes the worker wait', async () => {
    await table(30);
    for (const [id, write] of [
      ['sweep-7', 0],
      ['sweep-8', 10],
    ] as const) {
      const clock = new Clock();
      const others = new Pass('page', 1);
      let written = 0;
      const process = clock.over(gateway, {
        load: () => ({ read: 0, write: written, retries: 0, conflicts: 0 }),
        // Each second of a wait passes by itself, and another worker comes now and then.
        async pause(milliseconds) {
          await clock.pass(milliseconds);
          await runWork(clock.over(gateway), REGISTRY, others.plan(id), { timeLimit: 1 });
        },
      });
      const pass = new Pass('page', 1, async (_, nth) => {
        written += write;
        // A call to another service, of 40 seconds.
        if (write > 0 || nth > 3) return;
        for (let second = 0; second < 40; second++) await clock.pass(1_000);
        await runWork(clock.over(gateway), REGISTRY, others.plan(id), { timeLimit: 1 });
      });
      await runWork(process, REGISTRY, pass.plan(id), { concurrency: 1, maxWcu: 1 });
      expect([id, pass.met.length, others.met.length]).toEqual([id, 30, 0]);
    }
  });
});

describe('from another terminal', () => {
  it.each(['limit', 'pause', 'time'] as const)(
    'a %s is heard within seconds, in the middle of a page',
    async (what) => {
      await table(240);
      const clock = new Clock();
      let [written, said, last] = [0, 0, 0];
      const waiting = clock.over(gateway, {
        load: () => ({ read: 0, write: written, retries: 0, conflicts: 0 }),
        pause: (milliseconds) => clock.pass(milliseconds),
      });
      const pass = new Pass('page', 1, async (_, nth) => {
        written += 4;
        if (nth === 10) {
          said = clock.ahead;
          if (what === 'limit') await limitWork(gateway, 'sweep-7', { maxWcu: 1_000 });
          if (what === 'pause') await pauseWork(gateway, 'sweep-7');
        }
        last = clock.ahead;
      });
      const timeLimit = what === 'time' ? 38_000 : 120_000;
      const end = await runWork(waiting, REGISTRY, pass.plan(), { concurrency: 1, maxWcu: 1, timeLimit });
      expect(end.finished).toBe(what === 'limit');
      expect(last - said).toBeLessThan(10_000);
      // What is done is done, and the next call goes on there.
      if (what === 'pause') await resumeWork(gateway, 'sweep-7');
      await limitWork(gateway, 'sweep-7', { maxWcu: null });
      await runWork(gateway, REGISTRY, pass.plan(), {});
      expect(pass.met).toHaveLength(240);
    },
  );

  it('workers are paused, and go on', async () => {
    await table(900);
    const clock = new Clock();
    let resumedAt = 0;
    const slow = clock.over(gateway, {
      async pause(milliseconds) {
        // Nothing else ends the pause.
        clock.ahead += milliseconds;
        if (clock.ahead > 60_000) await resumeWork(gateway, 'sweep-7');
      },
    });
    const pass = new Pass('page', 1, async (_, nth) => {
      clock.ahead += 20;
      if (nth === 10) await pauseWork(gateway, 'sweep-7');
      if (nth < 800) return;
      resumedAt ||= clock.ahead;
    });
    const end = await runWork(slow, REGISTRY, pass.plan(), { concurrency: 1 });
    expect(end.finished).toBe(true);
    expect(resumedAt).toBeGreaterThan(60_000);
    expect(pass.met).toHaveLength(900);
  });

  it('limits are changed, taken away, and given by whoever joins', async () => {
    await table(10);
    const pass = new Pass();
    await runWork(gateway, REGISTRY, pass.plan(), { maxWcu: 40 });
    await runWork(gateway, REGISTRY, pass.plan(), { maxRcu: 50 });
    await runWork(gateway, REGISTRY, pass.plan(), {});
    expect(await readWorks(gateway)).toMatchObject([{ maxWcu: 40, maxRcu: 50 }]);
    expect(await limitWork(gateway, 'sweep-7', { maxWcu: null })).not.toHaveProperty('maxWcu');
    expect(await limitWork(gateway, 'sweep-7', { maxRcu: 8 })).toMatchObject({ maxRcu: 8 });
    expect(await limitWork(gateway, 'sweep-7', { maxWcu: 9 })).toMatchObject({ maxWcu: 9, maxRcu: 8 });
    expect(await limitWork(gateway, 'sweep-7', { maxRcu: null })).toMatchObject({ maxWcu: 9 });
    expect(await limitWork(gateway, 'sweep-7', { maxRcu: 8 })).toMatchObject({ maxWcu: 9, maxRcu: 8 });
    // What was said while it was under way stands, whatever workers are started with.
    await runWork(gateway, REGISTRY, pass.plan(), { maxWcu: 3 });
    expect(await readWorks(gateway)).toMatchObject([{ maxWcu: 9, maxRcu: 8 }]);
    expect(await limitWork(gateway, 'sweep-8', { maxRcu: 8 })).toBeUndefined();
  });
});
