import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LocalEngine } from '../../../src/local/index.js';
import { startCuttableEngine } from '../../support/engine.js';
import { MOMENTS, pairsOf, someDamages } from './damages.js';
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

test('[FENCE] no pass leaves an item behind whose own row says that it is a copy', async () => {
  const disguise = { row: 'primary', attribute: '$owner', how: 'another value' } as const;
  const beside = ['$path', '$type', '$anc', 'id'].map((attribute) => ({ ...disguise, attribute }));
  const each = MOMENTS.flatMap((moment) => [
    [{ ...disguise, moment }],
    ...beside.map((other) => [
      { ...disguise, moment },
      { ...other, moment },
    ]),
  ]);
  await DamagedLife.live(engine, each);
}, 300_000);

test('[NO-SURPRISE] [NO-LOSS] a table lives on with a random pair of damages on each item', async () => {
  await fc.assert(
    fc.asyncProperty(pairsOf(12), (pairs) => DamagedLife.live(engine, pairs)),
    { numRuns: 1, seed: SEED },
  );
}, 300_000);
