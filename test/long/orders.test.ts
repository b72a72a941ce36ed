import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { someOrders, startSample } from '../samples/sample-run.js';

const LIMIT_MS = 300_000;

let scratch: string;
let data: string;
beforeAll(() => {
  mkdirSync('.cache', { recursive: true });
  scratch = mkdtempSync(resolve('.cache', 'sample-'));
  data = join(scratch, 'orders.json');
  writeFileSync(data, JSON.stringify({ source: 'a test', customers: [], orders: someOrders(8) }));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the sample', () => {
  test(
    'runs four releases on one table and loses nothing [NO-LOSS]',
    async () => {
      const run = startSample(['--data', data]);
      const { code } = await run.end;

      expect(run.printed).toContain('it loads 8 orders');
      for (const release of ['v2', 'v3', 'v4'])
        expect(run.printed).toMatch(new RegExp(`${release} .*it reads all \\d+`));
      expect(run.printed).toContain('complete: false');
      expect(run.printed).toContain('complete: true');
      expect(run.printed).toContain('among them 10255, which v1 placed before v2 was published, and 10255-again');
      expect(run.printed).toMatch(/^ +v1 +v2 +v3 +v4$/m);
      expect(run.printed).toMatch(/^ *priority +(low|medium|high) +(low|medium|high) +· +·$/m);
      expect(run.printed).toMatch(/^ *priorityLevel +· +· +([123]) +\1$/m);
      expect(run.printed).toContain('Nothing was lost');
      expect(run.printed.split('\n').length).toBeLessThan(45);
      expect(code).toBe(0);
      expect(await run.remaining()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'leaves no process behind after Ctrl-C',
    async () => {
      const run = startSample(['--data', data]);
      await run.until('v2');
      expect(run.processes().length).toBeGreaterThan(2);
      // A terminal sends it to all processes in the foreground.
      process.kill(-run.process.pid!, 'SIGINT');

      expect((await run.end).signal).toBe('SIGINT');
      expect(await run.remaining()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'ends without a word, and leaves no process behind, where nobody reads it any more',
    async () => {
      const run = startSample(['--data', data]);
      await run.until('v2');
      run.process.stdout!.destroy();

      expect((await run.end).code).toBe(0);
      expect(run.printed).not.toContain('EPIPE');
      expect(await run.remaining()).toEqual([]);
    },
    LIMIT_MS,
  );

  test('refuses a file that has no orders', async () => {
    const empty = join(scratch, 'empty.json');
    writeFileSync(empty, '{}');
    const run = startSample(['--data', empty]);
    expect((await run.end).code).toBe(1);
    expect(run.printed).toContain('has no list of "orders"');
  });
});
