import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalEngine } from '../../src/local/index.js';
import { startSample } from './sample-run.js';

const LIMIT_MS = 60_000;

let scratch: string;
let data: string;
beforeAll(() => {
  mkdirSync('.cache', { recursive: true });
  scratch = mkdtempSync(resolve('.cache', 'sample-'));
  data = join(scratch, 'orders.json');
  writeFileSync(data, JSON.stringify({ source: 'a test', customers: [], orders: someOrders(8) }));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Orders in Northwind's form, with fields that the sample has no use for. */
function someOrders(count: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => ({
    orderId: String(10248 + i),
    customerId: ['VINET', 'TOMSP', 'HANAR'][i % 3],
    employeeId: 5,
    orderDate: `1996-07-${String(i + 1).padStart(2, '0')}`,
    freight: '32.38',
    shipTo: { city: 'Reims' },
    items: [{ productId: 11, productName: 'Queso Cabrales', unitPrice: '14.00', quantity: 12, discount: 0.05 }],
  }));
}

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
      expect(run.processes()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'fails loudly where the table loses something behind the back of the library',
    async () => {
      const engine = await startLocalEngine();
      try {
        const run = startSample(['--data', data], { DUCTILE_ENDPOINT: engine.endpoint });
        await run.until('it loads');
        const rows = await engine.client.send(
          new ScanCommand({ TableName: 'shop', FilterExpression: 'attribute_exists(history)' }),
        );
        // A history that begins anew: what comes after it cannot hide that. A write that is under way may put it back,
        // on one order or another, but not on all.
        for (const { pk, sk } of rows.Items ?? []) {
          await engine.client.send(
            new UpdateItemCommand({
              TableName: 'shop',
              Key: { pk: pk!, sk: sk! },
              UpdateExpression: 'SET history = :empty',
              ExpressionAttributeValues: { ':empty': { L: [] } },
            }),
          );
        }
        const { code } = await run.end;

        expect(run.printed).toMatch(/LOST: \d+ differences/);
        expect(run.printed).toMatch(/v\d {2}\w+\/10\d+: history has \d+ entries instead of \d+/);
        expect(run.printed).not.toContain('Nothing was lost');
        expect(code).toBe(1);
      } finally {
        await engine.stop();
      }
    },
    LIMIT_MS,
  );

  test(
    'shows the error of a release with its name, and leaves no process behind',
    async () => {
      const engine = await startLocalEngine();
      const run = startSample(['--data', data], { DUCTILE_ENDPOINT: engine.endpoint });
      await run.until('it loads');
      await engine.stop();
      const { code } = await run.end;

      expect(run.printed).toMatch(/The run failed: /);
      expect(code).toBe(1);
      expect(run.processes()).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'leaves no process behind after %s',
    async (signal) => {
      const run = startSample(['--data', data]);
      await run.until('v2');
      expect(run.processes().length).toBeGreaterThan(2);
      // Ctrl-C reaches all processes in the foreground; SIGKILL only the one that is meant.
      process.kill(signal === 'SIGINT' ? -run.process.pid! : run.process.pid!, signal);

      expect((await run.end).signal).toBe(signal);
      for (let wait = 0; wait < 500 && run.processes().length > 0; wait++) await sleep(10);
      expect(run.processes()).toEqual([]);
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
