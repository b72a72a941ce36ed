import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { nodeOf } from '../../.ci/other-nodes.mjs';
import { startSample } from '../samples/sample-run.js';

/** Only to end what hangs: each run is as long as the suite is. */
const LIMIT_MS = 1_200_000;

/*
 * The suite runs on the Node that started this test, which is to be the oldest that is supported; here it runs on the
 * newest release of each later line.
 */
describe.each([22, 24])('on the newest Node %i', (major) => {
  const { program, version, missing } = nodeOf(major) as Partial<ReturnType<typeof nodeOf>> & { version?: string };
  if (program === undefined) process.stderr.write(`The suite on Node ${major} is left out. ${missing}\n`);
  const run = program === undefined ? test.skip : test;

  run(
    'every test passes',
    async () => {
      const { code, output } = await suiteOn(program!);
      process.stdout.write(`Node ${version}: ${/^Tests: .*$/m.exec(output)?.[0] ?? 'no count'}\n`);
      if (code !== 0) throw new Error(`The suite ended with ${code} on Node ${version}:\n${failuresIn(output)}`);
    },
    LIMIT_MS,
  );

  run(
    'the sample loses nothing',
    async () => {
      const sample = startSample([], {}, program);
      const { code } = await sample.end;
      expect([code, sample.printed]).toEqual([0, expect.stringContaining('Nothing was lost')]);
    },
    LIMIT_MS,
  );
});

function suiteOn(program: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { test: string } };
  const [command, ...words] = scripts.test.split(' ');
  if (command !== 'node') throw new Error(`the script test begins with ${command}, and this test knows node only`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...words, '--silent'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, JEST_WORKER_ID: undefined },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Without the lines of what passed. */
const failuresIn = (output: string): string => output.replaceAll(/^PASS .*\n/gm, '');
