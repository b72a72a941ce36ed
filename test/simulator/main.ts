import { runSeeds } from './seeds.js';

/*
 * Runs seeds in a process of its own, without Jest, whose module contexts take twice the time:
 * node --import ./.ci/typescript.mjs test/simulator/main.ts FIRST LAST STEP
 * Prints what they came to, as JSON, or the whole history of the first that is wrong.
 */
const [first = 1, last = first, step = 1] = process.argv.slice(2).map(Number);
try {
  const tally = await runSeeds([first, last], step);
  process.stdout.write(JSON.stringify({ ...tally, entries: Object.fromEntries(tally.entries) }));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
