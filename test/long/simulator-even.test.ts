import { test } from '@jest/globals';
import { runSeeds } from '../simulator/seeds.js';

/** Half of the seeds; `simulator-odd` has the others, in another worker. SIM_RUNS=2000000 for a night. */
const runs = Number(process.env['SIM_RUNS'] ?? 10_000);

test(
  'every invariant holds in random runs with faults: even seeds',
  async () => {
    await runSeeds([2, runs], 2);
  },
  600_000 + 100 * runs,
);
