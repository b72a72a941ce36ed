import { describe, expect, test } from '@jest/globals';
import { withoutChance } from './history.js';
import { simulate } from './run.js';
import { runSeedsApart } from './apart.js';
import { seedsAskedFor } from './seeds.js';

/*
 * Applications of up to five versions, deployers and operators over an in-memory DynamoDB, with faults. SIM_SEED=17 runs
 * one seed, SIM_SEED=1-3000 many; what a failing one prints says all that happened. More run under `npm run test:long`.
 */
const seeds = seedsAskedFor(1, 120);

describe('random processes at work, with faults', () => {
  test('[STAMP-MONOTONE] [LAYOUT] [NO-LOSS] [COMPLETE] [NO-RESURRECT] [ONCE] [NO-SURPRISE] hold, and every call ends', async () => {
    const { runs, calls, commits, entries } = await runSeedsApart(seeds);
    if (runs < 100) return;
    // That much was at stake.
    expect(calls).toBeGreaterThan(20 * runs);
    expect(commits).toBeGreaterThan(10 * runs);
    expect(entries.get('promoted')).toBeGreaterThan(runs / 4);
  });

  test('the same seed gives the same history, to the last request', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const [one, other] = [await simulate(seed), await simulate(seed)];
      expect(withoutChance(one.history())).toBe(withoutChance(other.history()));
    }
  });
});
