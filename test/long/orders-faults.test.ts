import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalEngine } from '../../src/local/index.js';
import { someOrders, startSample } from '../samples/sample-run.js';

let scratch: string;
let data: string;
beforeAll(() => {
  mkdirSync('.cache', { recursive: true });
  scratch = mkdtempSync(resolve('.cache', 'sample-'));
  data = join(scratch, 'orders.json');
  writeFileSync(data, JSON.stringify({ source: 'a test', customers: [], orders: someOrders(8) }));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the sample, when something goes wrong', () => {
  test('fails loudly where the table loses something behind the back of the library', async () => {
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
      expect(run.printed).toMatch(/v\d {2}\w+\/10\d+: “.+” is out of turn/);
      expect(run.printed).not.toContain('Nothing was lost');
      expect(code).toBe(1);
    } finally {
      await engine.stop();
    }
  });

  test('shows the error of a release with its name, and leaves no process behind', async () => {
    const engine = await startLocalEngine();
    const run = startSample(['--data', data], { DUCTILE_ENDPOINT: engine.endpoint });
    await run.until('it loads');
    await engine.stop();
    const { code } = await run.end;

    expect(run.printed).toMatch(/The run failed: /);
    expect(code).toBe(1);
    expect(await run.remaining()).toEqual([]);
  });

  test('leaves no process behind where it is killed', async () => {
    const run = startSample(['--data', data]);
    await run.until('it loads');
    expect(run.processes().length).toBeGreaterThan(2);
    run.process.kill('SIGKILL');

    expect((await run.end).signal).toBe('SIGKILL');
    expect(await run.remaining()).toEqual([]);
  });
});
