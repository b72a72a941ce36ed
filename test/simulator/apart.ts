import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tally } from './seeds.js';

/** `runSeeds` in a process of its own. Rejects with the whole history of the first seed that is wrong. */
export async function runSeedsApart([first, last]: readonly [first: number, last: number], step = 1): Promise<Tally> {
  const node = [
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    '--import',
    './.ci/typescript.mjs',
  ];
  const program = [...node, 'test/simulator/main.ts', first, last, step].map(String);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, program, { maxBuffer: 64 * 1024 * 1024 });
    const { entries, ...tally } = JSON.parse(stdout) as Omit<Tally, 'entries'> & { entries: Record<string, number> };
    return { ...tally, entries: new Map(Object.entries(entries)) };
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr || String(error), { cause: error });
  }
}
