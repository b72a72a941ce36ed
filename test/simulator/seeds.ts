import { simulate, type SimOptions } from './run.js';
import type { Sabotage } from './sabotages.js';
import { Wire } from './wire.js';

/** What a range of seeds came to. */
export interface Tally {
  runs: number;
  calls: number;
  commits: number;
  /** By kind, how many entries there were in all registries. */
  readonly entries: Map<string, number>;
}

/** `SIM_SEED=17` is that seed alone, `SIM_SEED=17-300` these; else those given. */
export function seedsAskedFor(first: number, last: number): readonly [first: number, last: number] {
  const asked = process.env['SIM_SEED'];
  if (asked === undefined) return [first, last];
  const [low, high = low] = asked.split('-').map(Number);
  return [low!, high!];
}

/** Runs every `step`th seed from `first` to `last`. @throws an error with the whole history of the first that is wrong */
export async function runSeeds(
  [first, last]: readonly [first: number, last: number],
  step = 1,
  options: SimOptions = {},
): Promise<Tally> {
  const tally: Tally = { runs: 0, calls: 0, commits: 0, entries: new Map() };
  for (let seed = first; seed <= last; seed += step) {
    const result = await simulate(seed, { ...options, history: false });
    if (result.violations.length > 0) {
      // The same once more, for people.
      throw new Error(`A simulation is wrong.\n\n${(await simulate(seed, options)).history()}`);
    }
    tally.runs++;
    tally.calls += result.calls;
    tally.commits += result.commits;
    for (const kind of result.entries) tally.entries.set(kind, (tally.entries.get(kind) ?? 0) + 1);
  }
  return tally;
}

/** The first violation that a sabotage leads to; undefined where none of so many seeds finds one. */
export async function firstFound(
  { apply, sent, scenario, drain }: Sabotage,
  most: number,
): Promise<string | undefined> {
  const options: SimOptions = {
    sabotage: apply,
    ...(sent === undefined ? {} : { sent }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(drain === undefined ? {} : { drain }),
  };
  for (let seed = 1; seed <= most; seed++) {
    const { violations } = await simulate(seed, { ...options, history: false });
    if (violations.length > 0) return violations[0];
  }
  return undefined;
}

/** Every process sends with the real client of the AWS SDK. For one run. */
export function withSdk(): SimOptions {
  const wire = new Wire();
  return { isAtRest: wire.isAtRest, sender: (_, network) => wire.sender(network) };
}

/** @throws an error with the whole history of the first run that is wrong */
export async function runWithSdk([first, last]: readonly [first: number, last: number]): Promise<void> {
  for (let seed = first; seed <= last; seed++) await runSeeds([seed, seed], 1, withSdk());
}
