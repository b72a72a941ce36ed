import type { Comparison } from './comparisons.js';
import type { Contender, Operation } from './contender.js';

/** What one comparison came to over all rounds. */
export interface Result {
  readonly operation: string;
  readonly contender: string;
  readonly baseline: string;
  readonly target?: number;
  /** Microseconds of CPU for one operation: medians over the rounds. */
  readonly contenderMicroseconds: number;
  readonly baselineMicroseconds: number;
  /** The ratio of these medians. */
  readonly ratio: number;
  /** The first and third quartile of the rounds' own ratios. */
  readonly quartiles: readonly [number, number];
}

export interface RoundOptions {
  /** Those that count, and those before them that do not. */
  readonly rounds: number;
  readonly warmUp: number;
  /** Multiplies how often each operation runs in a round. */
  readonly scale?: number;
  readonly onRound?: (round: number) => void;
}

/**
 * Runs all comparisons in each round, so that what else the machine does falls on all alike: the two sides in turn,
 * every other round in the opposite order. Every side has a client of its own, as old as the run: the SDK's code is at
 * its full speed only some thousand requests after a client was made.
 */
export async function runRounds(comparisons: readonly Comparison[], options: RoundOptions): Promise<readonly Result[]> {
  const { rounds, warmUp, onRound } = options;
  const races = await Promise.all(comparisons.map(openRace));
  for (let round = -warmUp; round < rounds; round++) {
    for (const { sides, runs } of races) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const time = await measure(side.operation, Math.ceil(runs * (options.scale ?? 1)));
        if (round >= 0) side.times.push(time);
      }
    }
    onRound?.(round + 1);
  }
  return races.map(({ comparison, sides: [contender, baseline] }) =>
    resultOf(comparison, contender.times, baseline.times),
  );
}

async function openRace(comparison: Comparison) {
  const { contender, baseline, runs } = comparison;
  const side = async ({ open }: Contender) => ({ operation: await open(), times: [] as number[] });
  return { comparison, runs, sides: [await side(contender), await side(baseline)] as const };
}

/**
 * Microseconds of CPU for one operation, system calls and garbage collection included. Not time by the clock: what
 * other programs take from the machine does not count.
 */
async function measure(operation: Operation, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await operation();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function resultOf(comparison: Comparison, ours: readonly number[], theirs: readonly number[]): Result {
  const { operation, contender, baseline, target } = comparison;
  const [median, baselineMedian] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
  const ratios = ours.map((time, round) => time / theirs[round]!);
  return {
    operation,
    contender: contender.name,
    baseline: baseline.name,
    ...(target === undefined ? {} : { target }),
    contenderMicroseconds: median,
    baselineMicroseconds: baselineMedian,
    ratio: median / baselineMedian,
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

/** By linear interpolation between the two nearest samples. */
function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place % 1);
}
