import { runSeeds } from './seeds.js';

/*
 * Runs seeds in a process of its own, without Jest, whose module contexts take twice the time:
 * node --import ./.ci/typescript.mjs test/simulator/main.ts FIRST LAST [STEP]
 */
const [first = 1, last = first, step = 1] = process.argv.slice(2).map(Number);
try {
  const { runs, calls, commits } = await runSeeds([first, last], step);
  process.stdout.write(`${runs} runs, ${calls} calls, ${commits} commits: no violation\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
