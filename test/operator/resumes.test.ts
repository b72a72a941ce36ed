import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, doctor, verify } from '../../src/operator/index.js';
import { losesResumes } from '../../src/operator/resumes.js';
import { StoreOptionError } from '../../src/store/errors.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { newTable } from '../dynamo/wire.js';
import { startCuttableEngine, startEngine } from '../support/engine.js';
import { halves, missed } from '../support/missed-resumes.js';
import { openBranch } from './branch.js';
import { filled } from './forecasts.js';
import { openSessionOver } from '../../src/operator/session.js';
import { backfillIn } from '../../src/operator/backfill.js';
import { retireIn } from '../../src/operator/retire.js';
import { verifyIn } from '../../src/operator/verify.js';
import { v2 } from './library.js';

let dynoxide: LocalEngine;
let memory: LocalEngine;
beforeAll(async () => {
  dynoxide = await startEngine();
  memory = await startCuttableEngine();
});
afterAll(() => Promise.all([dynoxide.stop(), memory.stop()]));

describe('a scan that goes on after a row, or a partition, that is gone', () => {
  it('misses nothing on the built-in engine, in segments and without', async () => {
    expect(await missed(await newTable(memory), [undefined, { index: 0, of: 1 }, ...halves])).toBe(0);
  });

  it('misses nothing on Dynoxide without segments', async () => {
    expect(await missed(await newTable(dynoxide), [undefined])).toBe(0);
  });

  it('misses rows on Dynoxide in segments: where this fails, passes over its tables may be cut again', async () => {
    expect(await missed(await newTable(dynoxide), halves)).toBeGreaterThan(0);
  });
});

describe('a pass over the table', () => {
  it('goes over it in one piece where the probe finds that rows are missed, and refuses more', async () => {
    const { place, bench } = await openBranch(dynoxide);
    expect(await losesResumes(bench.gateway)).toBe(true);
    await expect(backfill({ ...place, segments: 2 })).rejects.toThrow(StoreOptionError);
    const told = new Set<number>();
    await backfill({
      ...place,
      onProgress: (progress) => {
        if ('work' in progress && progress.work !== undefined) told.add(progress.work.segments.all);
      },
    });
    expect([...told]).toEqual([1]);
    const { checks } = await doctor({ table: place.table, client: place.client });
    expect(checks.find(({ check }) => check === 'engine')).toMatchObject({ verdict: 'warning' });
  });

  it('may be cut where it finds none', async () => {
    const { place, bench } = await openBranch(memory);
    expect(await losesResumes(bench.gateway)).toBe(false);
    expect(await backfill({ ...place, segments: 2 })).toMatchObject({ finished: true });
  });

  it('begins a segment again whose end an empty page tells that begins after a row which is gone', async () => {
    const { bench } = await openBranch(memory, async ({ members }) => {
      for (let i = 0; i < 5; i++) await members.insert(members.create({ id: `m${i}`, email: `${i}@x` }));
    });
    let scans = 0;
    // As an engine does that forgets where it was: the first page ends with the first row, and nothing follows.
    const forgetful = gatewayOver(bench.gateway, {
      async scan(request) {
        // What the pass will come to is asked in segments.
        if (request.segment !== undefined) return bench.gateway.scan(request);
        scans++;
        if (scans === 1) return { rows: [], last: { pk: '/gone', sk: '/' } };
        return scans === 2 ? { rows: [] } : bench.gateway.scan(request);
      },
    });
    const report = await backfillIn(await openSessionOver(forgetful, v2), { segments: 1 });
    expect(report).toMatchObject({ items: 6, written: 6, killed: true, finished: true });
    expect(await bench.wrong()).toEqual([]);
  });

  it('[COMPLETE] that missed items leaves them to the verify, which brings them to their rows by itself', async () => {
    const { bench, place } = await openBranch(memory, async ({ members }) => {
      for (let i = 0; i < 5; i++) await members.insert(members.create({ id: `m${i}`, email: `${i}@x` }));
    });
    const blind = gatewayOver(bench.gateway, {
      scan: async (request) => ({ ...(await bench.gateway.scan(request)), rows: [] }),
    });
    await backfillIn(await openSessionOver(blind, v2), {});
    expect(await verifyIn(await openSessionOver(bench.gateway, v2), {})).toMatchObject({ complete: true, items: 6 });
    expect(await verify(place)).toMatchObject({ complete: true });
    expect(await bench.wrong()).toEqual([]);
  });

  it.each([0, 1])(
    '[FENCE] that retires and missed items leaves them to a verify of all: %i key paths',
    async (paths) => {
      const { bench, place, use } = await filled(memory, { items: 5, paths, bytes: 300 });
      await backfill(place);
      await use();
      const { schema } = place;
      const blind = gatewayOver(bench.gateway, {
        scan: async (request) => ({ ...(await bench.gateway.scan(request)), rows: [] }),
      });
      const retired = retireIn(await openSessionOver(blind, schema), { version: 1, force: true });
      await expect(retired).resolves.toMatchObject({ finished: true, items: 0 });
      expect(await bench.wrong()).toEqual(Array(6).fill(expect.stringContaining('[FENCE]')));
      expect(await verify({ ...place, all: true })).toMatchObject({ complete: true });
      expect(await bench.wrong()).toEqual([]);
    },
  );
});
