import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LocalEngine } from '../../../src/local/index.js';
import { startCuttableEngine } from '../../support/engine.js';
import { pairsOf, someDamages } from './damages.js';
import { DamagedLife } from './life.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const SEED = Number(process.env['FC_SEED'] ?? 20_261_201);

test('[NO-SURPRISE] [NO-LOSS] a table lives on with every attribute of every row damaged, each on an item of its own', async () => {
  // test/long has all rows, in all ways.
  expect(someDamages.length).toBeGreaterThan(50);
  await DamagedLife.live(
    engine,
    someDamages.map((damage) => [damage]),
  );
}, 300_000);

test('[NO-SURPRISE] [NO-LOSS] a table lives on with a random pair of damages on each item', async () => {
  await fc.assert(
    fc.asyncProperty(pairsOf(12), (pairs) => DamagedLife.live(engine, pairs)),
    { numRuns: 1, seed: SEED },
  );
}, 300_000);
