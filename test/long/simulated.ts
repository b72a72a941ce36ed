import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Half of the seeds each, in processes of their own beside each other. SIM_RUNS=2000000 for a night. */
const runs = Number(process.env['SIM_RUNS'] ?? 10_000);

/** Runs every other seed. Rejects with the whole history of the first that is wrong. */
export async function simulateEveryOther(first: 1 | 2): Promise<void> {
  const node = [
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    '--import',
    './.ci/typescript.mjs',
  ];
  const program = [...node, 'test/simulator/main.ts', first, runs, 2].map(String);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, program, { maxBuffer: 64 * 1024 * 1024 });
    process.stderr.write(`${stdout.trim()} (every other seed from ${first} to ${runs})\n`);
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr ?? String(error), { cause: error });
  }
}

/** In milliseconds: more than the slowest machine takes. */
export const PATIENCE = 600_000 + 100 * runs;
