import type { CreateGuard } from '../../src/registry/entry.js';
import type { Chance } from './chance.js';
import type { ProcessTroubles } from './process.js';
import { START } from './scheduler.js';
import type { ServerTroubles } from './server.js';
import type { NetworkTroubles } from './sim-sender.js';

const HOUR = 3_600_000;
/** From when on nothing goes wrong any more: every call that was begun must come to its end. */
export const QUIET_AT = START + 2 * HOUR;
/** Longer than any call takes that meets no trouble. */
export const LONGEST_CALL = 2 * HOUR;

export type Troubles = ProcessTroubles & ServerTroubles & NetworkTroubles;

/** What a run is about: who works on the table, and what goes wrong. */
export interface Scenario {
  readonly createGuard: CreateGuard;
  readonly registryMaxAge: number;
  /** How many versions are published before anybody starts. */
  readonly publishedFirst: number;
  /** How many versions there will be. */
  readonly newest: number;
  /** By application: the version that it is compiled at, and how many of its calls run at once. */
  readonly applications: readonly { readonly version: number; readonly lanes: number }[];
  readonly callsOfLane: number;
  /** Ids of the notes. */
  readonly notes: readonly string[];
  readonly deployers: number;
  readonly operators: number;
  /** That a process crashes in the course of the run. */
  readonly crash: number;
  /** The longest time between two calls, in milliseconds. */
  readonly longestPause: number;
  /** By how much clocks are wrong at most, in milliseconds. */
  readonly skew: number;
  readonly troubles: Troubles;
}

export const calm: Troubles = Object.freeze({
  freeze: 0,
  longestFreeze: 0,
  partial: 0,
  throttle: 0,
  conflict: 0,
  lost: 0,
  unanswered: 0,
  late: 0,
  failed: 0,
  failedAfter: 0,
  usualDelay: 10,
  longestDelay: 50,
  latest: 0,
});

const MINUTE = 60_000;

export function randomScenario(chance: Chance): Scenario {
  const createGuard = chance.pick(['fence', 'age'] as const);
  const newest = chance.between(2, 5);
  const publishedFirst = chance.between(1, newest);
  const applications = Array.from({ length: chance.between(2, 4) }, () => ({
    version: chance.between(Math.max(1, publishedFirst - 2), newest),
    lanes: chance.weighted([
      [3, 1],
      [1, 2],
    ] as const),
  }));
  return {
    createGuard,
    registryMaxAge: chance.pick([60_000, 60_000, 5_000]),
    publishedFirst,
    newest,
    applications,
    callsOfLane: chance.between(4, 14),
    notes: ['1', '2', '3'].slice(0, chance.between(1, 3)),
    deployers: chance.between(1, 2),
    operators: chance.weighted([
      [2, 1],
      [1, 2],
      [1, 0],
    ] as const),
    crash: chance.pick([0, 0, 0.2, 0.5]),
    // An age that is drained takes as long as a signature is good.
    longestPause: (createGuard === 'age' ? 12 : 2) * MINUTE,
    skew: chance.pick([0, 1_000, 4 * MINUTE, 30 * MINUTE]),
    troubles: randomTroubles(chance),
  };
}

/** Few at a time: where everything fails at once, little is done. */
function randomTroubles(chance: Chance): Troubles {
  const maybe = (low: number, high: number): number => chance.pick([0, 0, low, high]);
  return {
    ...calm,
    freeze: maybe(0.005, 0.03),
    longestFreeze: 20 * MINUTE,
    partial: maybe(0.2, 0.8),
    throttle: maybe(0.02, 0.2),
    conflict: maybe(0.02, 0.2),
    lost: maybe(0.01, 0.1),
    unanswered: maybe(0.02, 0.15),
    late: maybe(0.02, 0.1),
    failed: maybe(0.01, 0.05),
    failedAfter: maybe(0.01, 0.05),
    longestDelay: chance.pick([50, 2_000, 30_000]),
    latest: chance.pick([10_000, 10 * MINUTE, 25 * MINUTE]),
  };
}
