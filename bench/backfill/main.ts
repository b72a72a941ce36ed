/*
 * What passes over a table cost beyond their requests, and that they hold out: `npm run bench:backfill`.
 *
 * First, at each size (`--sizes 10000,100000,1000000`): so many orders get their rows on a new key path, and are verified, by a
 * worker of Ductile; and, in another table, by a process that sends the same by hand. The ratios are of the two rates. Then,
 * with `--items 1000000`, one long run: two of four workers are killed on the way and others started in their place, while an
 * application of each of two versions writes; then verify.
 */
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { publish } from 'ductile';
import { startLocalEngine } from 'ductile/local';
import { promote, verify } from 'ductile/operator';
import { Hand } from './crew.js';
import { fill } from './fill.js';
import type { Task } from './place.js';
import { schema } from './release-2.js';

const { values: given } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    rounds: { type: 'string', default: '3' },
    items: { type: 'string', default: '0' },
  },
});

const WORKERS = 4;
const STEPS = ['backfill', 'verify'] as const;
const PROGRAMS = ['ductile-worker', 'bare-worker'] as const;
const engine = await startLocalEngine();
const { client, endpoint } = engine;

for (const size of given.sizes.split(',').filter(Boolean).map(Number)) {
  const ratios = { backfill: [] as number[], verify: [] as number[] };
  for (let round = 0; round < Number(given.rounds); round++) {
    const tables = new Map(PROGRAMS.map((program) => [program, `${program}-${size}-${round}`]));
    for (const table of tables.values()) {
      await fill(client, table, size);
      await publish({ schema, table, client });
    }
    for (const step of STEPS) {
      const costs = new Map<string, Cost>();
      for (const program of round % 2 === 0 ? PROGRAMS : PROGRAMS.toReversed()) {
        costs.set(program, await run(program, { table: tables.get(program)!, endpoint, step }));
      }
      const [ours, bare] = PROGRAMS.map((program) => costs.get(program)!) as [Cost, Cost];
      ratios[step].push(bare.seconds / ours.seconds);
      const ratio = ratios[step].at(-1)!.toFixed(2);
      say(
        `${size} orders, ${step}, round ${round + 1}: Ductile ${told(size, ours)}; by hand ${told(size, bare)}: ${ratio}`,
      );
    }
    for (const TableName of tables.values()) await client.send(new DeleteTableCommand({ TableName }));
  }
  for (const step of STEPS)
    say(`${size} orders, ${step}: ratio of the rates, median: ${median(ratios[step]).toFixed(2)}`);
}
if (Number(given.items) > 0) await endure(Number(given.items));
say(`${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${engine.engine}`);
await engine.stop();

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function run(program: string, task: Task): Promise<Cost> {
  const hand = new Hand(program, task);
  await hand.ready;
  const begin = performance.now();
  hand.begin();
  const report = await hand.done;
  return { seconds: (performance.now() - begin) / 1_000, cpu: Number(report?.['cpuSeconds']) };
}

async function endure(items: number): Promise<void> {
  const table = 'shop';
  say(`${items} orders: filling the table`);
  await fill(client, table, items);
  await publish({ schema, table, client });
  const task = { endpoint, table, step: 'backfill' };
  const started = (program: string, more: object = {}): Hand => {
    const hand = new Hand(program, { ...task, ...more });
    void hand.ready.then(() => hand.begin());
    return hand;
  };
  const applications = [started('application', { version: 1, items }), started('application', { version: 2, items })];
  const begin = performance.now();
  const workers = Array.from({ length: WORKERS }, () => started('ductile-worker'));
  for (const victim of [0, 1]) {
    await new Promise((resolve) => setTimeout(resolve, (items / 1_000) * 200 * (victim + 1)));
    workers[victim]!.kill();
    say(`worker ${victim + 1} killed after ${((performance.now() - begin) / 1_000).toFixed(0)} s, another started`);
    workers.push(started('ductile-worker'));
  }
  const reports = await Promise.all(workers.map(({ done }) => done));
  say(
    `backfilled at ${rate(items, (performance.now() - begin) / 1_000)}, beside two applications: ${JSON.stringify(reports.at(-1))}`,
  );
  for (const [number, worker] of workers.entries()) say(`worker ${number + 1}: ${memoryOf(worker)}`);
  const { complete, items: verified, keyPaths } = await verify({ schema, table, client });
  say(`verified ${verified} orders while both wrote: ${complete ? 'nothing found' : JSON.stringify(keyPaths)}`);
  await promote({ schema, table, client });
  for (const application of applications) application.end();
  say(`the applications: ${JSON.stringify(await Promise.all(applications.map(({ done }) => done)))}`);
  if (!complete) process.exitCode = 1;
}

/** The heap in the quarters of a worker's life: flat where nothing is kept for each item. */
function memoryOf({ memory }: Hand): string {
  const quarter = Math.floor(memory.length / 4);
  if (quarter === 0) return 'ended too soon to tell its memory';
  const peak = (from: number) =>
    Math.max(...memory.slice(from * quarter, (from + 1) * quarter).map(({ heapUsed }) => heapUsed));
  const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)}`;
  const rss = Math.max(...memory.map((each) => each.rss));
  return `heap ${[0, 1, 2, 3].map((each) => mb(peak(each))).join(', ')} MB at most in the quarters of its life; rss ${mb(rss)} MB`;
}

/** By the clock, and of the workers' own processors: the engine's, which is the same for both, is not in it. */
interface Cost {
  readonly seconds: number;
  readonly cpu: number;
}

function told(items: number, { seconds, cpu }: Cost): string {
  return `${rate(items, seconds)}, ${Math.round((cpu / items) * 1e6)} µs of CPU an item`;
}

function rate(items: number, seconds: number): string {
  return `${Math.round(items / seconds)} items/s`;
}

function say(line: string): void {
  console.log(line);
}
