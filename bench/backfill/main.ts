/*
 * What a backfill costs beyond its requests, and that it holds out: `npm run bench:backfill`.
 *
 * First, in rounds: so many orders get their rows on a new key path by four workers of Ductile, and, in another table, by
 * four processes that send the same transactions by hand. Then one long run: two of the four workers are killed on the way
 * and others started in their place, while an application of each of two versions writes; then verify.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { publish } from 'ductile';
import { startLocalEngine } from 'ductile/local';
import { promote, verify } from 'ductile/operator';
import { Hand } from './crew.js';
import { fill } from './fill.js';
import { schema } from './release-2.js';

const { values: given } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    'round-items': { type: 'string', default: '40000' },
  },
});

const WORKERS = 4;
const SEGMENTS = 32;
const engine = await startLocalEngine();
const { client, endpoint } = engine;

const ratios: number[] = [];
for (let round = 0; round < Number(given.rounds); round++) {
  const items = Number(given['round-items']);
  const sides = [
    await prepared('ductile-worker', `ductile${round}`, items),
    await prepared('bare-worker', `bare${round}`, items),
  ];
  const costs = new Map<string, Cost>();
  for (const side of round % 2 === 0 ? sides : sides.toReversed()) costs.set(side.program, await side.run());
  const [ours, bare] = [costs.get('ductile-worker')!, costs.get('bare-worker')!];
  ratios.push(bare.seconds / ours.seconds);
  say(`round ${round + 1}: Ductile ${told(items, ours)}; by hand ${told(items, bare)}: ${ratios.at(-1)!.toFixed(2)}`);
}
if (ratios.length > 0)
  say(`ratio of the rates, median: ${ratios.toSorted((a, b) => a - b)[ratios.length >> 1]!.toFixed(2)}`);
if (Number(given.items) > 0) await endure(Number(given.items));
say(`${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${engine.engine}`);
await engine.stop();

async function prepared(program: string, table: string, items: number) {
  await fill(client, table, items);
  await publish({ schema, table, client });
  return {
    program,
    async run(): Promise<Cost> {
      const tasks = Array.from({ length: WORKERS }, (_, worker) => ({
        endpoint,
        table,
        worker,
        workers: WORKERS,
        segments: SEGMENTS,
      }));
      const hands = tasks.map((task) => new Hand(program, task));
      await Promise.all(hands.map(({ ready }) => ready));
      const begin = performance.now();
      for (const hand of hands) hand.begin();
      const reports = await Promise.all(hands.map(({ done }) => done));
      const cpu = reports.reduce((sum, report) => sum + Number(report?.['cpuSeconds']), 0);
      return { seconds: (performance.now() - begin) / 1_000, cpu };
    },
  };
}

async function endure(items: number): Promise<void> {
  const table = 'shop';
  say(`${items} orders: filling the table`);
  await fill(client, table, items);
  await publish({ schema, table, client });
  const task = { endpoint, table, segments: SEGMENTS };
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
