import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { comparisons } from './comparisons.js';
import { type Result, runRounds } from './rounds.js';

/** Rounds until the SDK's code is at its full speed. */
const WARM_UP = 20;

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const chosen = comparisons.filter(({ operation }) => given.only === undefined || operation.startsWith(given.only));
const rounds = Number(given.rounds);
const progress = process.stderr.isTTY && !given.json;
const results = await runRounds(chosen, {
  rounds,
  warmUp: WARM_UP,
  onRound: (round) => progress && process.stderr.write(round === rounds ? '\r\x1b[K' : `\rround ${round} of ${rounds}`),
});

const machine = {
  cpu: `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}`,
  platform: `${os.platform()} ${os.arch()}`,
  node: process.versions.node,
  ductile: versionOf('../package.json'),
  sdk: versionOf('@aws-sdk/lib-dynamodb/package.json'),
  rounds,
};

if (given.json) console.log(JSON.stringify({ machine, results }, undefined, 2));
else printTable(results);

function printTable(all: readonly Result[]): void {
  console.table(
    all.map(({ operation, contender, baseline, ...numbers }) => ({
      operation,
      contender,
      baseline,
      µs: Math.round(numbers.contenderMicroseconds),
      'baseline µs': Math.round(numbers.baselineMicroseconds),
      ratio: numbers.ratio.toFixed(2),
      quartiles: numbers.quartiles.map((ratio) => ratio.toFixed(2)).join(' … '),
      target: numbers.target === undefined ? '' : `≤ ${numbers.target.toFixed(1)}`,
    })),
  );
  const { cpu, platform, node, sdk, ductile } = machine;
  console.log(`CPU time of the client for one operation, the network stubbed; medians of ${rounds} rounds.`);
  console.log(`${cpu}, ${platform}, Node ${node}, AWS SDK ${sdk}, Ductile ${ductile}.`);
}

function versionOf(manifest: string): string {
  const path = createRequire(import.meta.url).resolve(manifest);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
