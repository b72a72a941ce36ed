import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, cancel, mendRestored, pause, verify, works } from '../../src/operator/index.js';
import { watched } from '../operator/branch.js';
import { startEngine } from '../support/engine.js';
import { tableAt2 } from './follow.js';
import { typed } from './terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const SINCE = String.raw`nobody at it since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(\S+:\d+\)`;

describe('a pass that nobody works on', () => {
  test('says so, since when, and who was last', async () => {
    const { table, folder } = await tableAt2(engine);
    const place = { table, client: engine.client };
    await backfill({ ...place, timeLimit: 0 });
    const [pass] = await works(place);
    expect(pass?.idle).toEqual({ since: expect.any(String), worker: expect.stringMatching(`:${process.pid}$`) });
    expect(Math.abs(Date.parse(pass!.idle!.since) - Date.now())).toBeLessThan(60_000);
    const { stdout } = await typed(['status'], { folder });
    expect(stdout).toMatch(new RegExp(`\n {2}backfill-\\d+: running, \\d+/\\d+ segments, ${SINCE}, `));
    // A backfill goes on with it: there is nothing else to do about it.
    expect(stdout).toMatch(/\nTo do:\n {2}backfill run: [^\n]+\nNext: ductile backfill run\n$/);
  });

  test('is taken away, and what it was for begins anew', async () => {
    const { table, folder } = await tableAt2(engine);
    const place = { table, client: engine.client };
    await backfill({ ...place, timeLimit: 0 });
    const dry = await typed(['backfill', 'cancel', '--dry-run'], { folder });
    expect(dry.stdout).toMatch(
      new RegExp(`^Would cancel:\n {2}backfill-\\d+: running, .*${SINCE}.*\nNext: ductile backfill cancel\n$`),
    );
    expect(await works(place)).toHaveLength(1);
    expect((await typed(['backfill', 'cancel'], { folder })).stdout).toMatch(
      /^Cancelled:\n {2}backfill-\d+: running, /,
    );
    expect(await works(place)).toEqual([]);
    const none = await typed(['backfill', 'cancel'], { folder });
    expect(none).toMatchObject({ exit: 0, stdout: 'There is no pass that nobody works on.\n' });
    expect(await backfill(place)).toMatchObject({ items: 5, finished: true });
  });

  test('of a verify goes with its digests', async () => {
    const { table } = await tableAt2(engine);
    const place = { table, client: engine.client };
    await backfill(place);
    await verify({ ...place, timeLimit: 0 });
    const [pass] = await works(place);
    expect(await cancel({ ...place, work: pass!.id })).toMatchObject([{ id: pass!.id }]);
    expect(await works(place)).toEqual([]);
    expect(await verify(place)).toMatchObject({ complete: true });
  });

  test('and that nothing waits for, is what comes next', async () => {
    const { table, folder } = await tableAt2(engine);
    const place = { table, client: engine.client };
    await mendRestored({ ...place, timeLimit: 0 });
    const { stdout } = await typed(['status'], { folder });
    expect(stdout).toMatch(
      /\n {2}doctor --restored: stamps-\d+ was begun, and nobody works on it\nNext: ductile backfill run\n$/,
    );
    await typed(['backfill', 'run'], { folder });
    await typed(['verify'], { folder });
    await typed(['promote'], { folder });
    expect((await typed(['status'], { folder })).stdout).toMatch(
      /\nNext: ductile doctor --restored {2}# end all applications first\n$/,
    );
  });

  test('is none while somebody works on it, or has paused it', async () => {
    const { table, folder } = await tableAt2(engine);
    const place = { table, client: engine.client };
    const busy: unknown[] = [];
    const client = watched(engine, async (operation, count) => {
      if (operation !== 'TransactWriteItems' || count !== 2) return;
      const [pass] = await works(place);
      expect(pass).not.toHaveProperty('idle');
      busy.push(await cancel(place), await typed(['backfill', 'cancel', '--work', pass!.id], { folder }));
    });
    await backfill({ table, client });
    expect(busy).toEqual([
      [],
      expect.objectContaining({
        exit: 3,
        stderr: expect.stringMatching(/^ductile: A worker is at .* \[WORK_BUSY\]\n$/),
      }),
    ]);
    const other = await tableAt2(engine);
    const there = { table: other.table, client: engine.client };
    await backfill({ ...there, timeLimit: 0 });
    await pause(there);
    expect(await cancel(there)).toEqual([]);
    expect(await works(there)).toMatchObject([{ state: 'paused' }]);
  });
});

describe('a pass that fails before its first page', () => {
  const failed = async (also: (place: { table: string }) => Promise<unknown>) => {
    const { table } = await tableAt2(engine);
    const client = watched(engine, async (operation, count) => {
      if (operation !== 'Scan') return;
      if (count === 1) await also({ table });
      throw new Error('no Scan');
    });
    await expect(backfill({ table, client })).rejects.toThrow('no Scan');
    return works({ table, client: engine.client });
  };

  test('leaves none', async () => {
    expect(await failed(() => Promise.resolve())).toEqual([]);
  });

  test('stays where somebody has paused it meanwhile', async () => {
    expect(await failed(({ table }) => pause({ table, client: engine.client }))).toMatchObject([{ state: 'paused' }]);
  });
});
