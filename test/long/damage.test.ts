import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allDamages, pairsOf } from '../operator/damage/damages.js';
import { DamagedLife } from '../operator/damage/life.js';
import { startEngine } from '../support/engine.js';

/** One that is the same for every change; FC_SEED and DAMAGE_RUNS look further. */
const SEED = Number(process.env['FC_SEED'] ?? 1840841691);

test('[NO-SURPRISE] [NO-LOSS] a table lives on with every attribute of every row damaged in every way', async () => {
  await using engine = await startEngine();
  expect(engine.engine).toBe('dynoxide');
  await DamagedLife.live(
    engine,
    allDamages.map((damage) => [damage]),
  );
});

test('[NO-SURPRISE] [NO-LOSS] tables live on with random pairs of damages on their items', async () => {
  await using engine = await startEngine();
  const numRuns = Number(process.env['DAMAGE_RUNS'] ?? 10);
  await fc.assert(
    fc.asyncProperty(pairsOf(120), (pairs) => DamagedLife.live(engine, pairs)),
    { numRuns, seed: SEED },
  );
});
