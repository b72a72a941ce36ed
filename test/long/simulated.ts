import { runSeedsApart } from '../simulator/apart.js';

/** Half of the seeds each, in processes of their own beside each other. `SIM_RUNS=10000` runs more. */
const runs = Number(process.env['SIM_RUNS'] ?? 1_000);

/** In milliseconds: more than the slowest machine takes. */
export const PATIENCE = 600_000 + 100 * runs;

/** Runs every other seed. Rejects with the whole history of the first that is wrong. */
export async function simulateEveryOther(first: 1 | 2): Promise<void> {
  const { runs: done, calls, commits } = await runSeedsApart([first, runs], 2);
  process.stderr.write(`every other seed from ${first} to ${runs}: ${done} runs, ${calls} calls, ${commits} commits\n`);
}
