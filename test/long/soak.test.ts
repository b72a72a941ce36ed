import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { dynamoDbLocal } from '../../.ci/dynamodb-local.mjs';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';
import { soak, type SoakReport } from '../soak/soak.js';
import { startDynamoDbLocal } from '../support/dynamodb-local.js';

/*
 * Real processes on a real engine. SOAK_SECONDS says how long (each engine), SOAK_SEED repeats the choices of a run: which
 * process is killed or paused when, and what each process asks for; not the order in which the machine lets them run.
 */
const seconds = Number(process.env['SOAK_SECONDS'] ?? 0);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
const second = dynamoDbLocal();
if (second.missing !== undefined)
  process.stderr.write(`The soak on the second engine is left out. ${second.missing}\n`);

let engine: LocalEngine;
afterEach(() => engine.stop());

describe('old and new processes on one table, killed and paused while versions are published', () => {
  const limit = 1000 * (seconds + 900);

  test(
    'on the embedded engine',
    async () => {
      engine = await startLocalEngine();
      assertSound(await soak(engine, seed, seconds || 60));
    },
    limit,
  );

  (second.missing === undefined ? test : test.skip)(
    'on DynamoDB Local',
    async () => {
      engine = await startDynamoDbLocal(second.folder!);
      assertSound(await soak(engine, seed, seconds || 25));
    },
    limit,
  );
});

/** Enough must have happened for its silence to mean something; a busy machine does little in the same time. */
function assertSound(report: SoakReport): void {
  const { wrong, ...counted } = report;
  process.stdout.write(`${inspect(counted, { breakLength: 120 })}\n`);
  expect(wrong).toEqual([]);
  expect(report.kills).toBeGreaterThanOrEqual(5);
  expect(report.pauses).toBeGreaterThanOrEqual(5);
  expect(Math.min(...report.doneByVersion)).toBeGreaterThanOrEqual(30);
  expect(report.checks).toBeGreaterThanOrEqual(300);
}
