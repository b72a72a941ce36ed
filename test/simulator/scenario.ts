import type { CreateGuard } from '../../src/registry/entry.js';
import type { Chance } from './chance.js';
import type { ProcessTroubles } from './process.js';
import { START } from './scheduler.js';
import type { ServerTroubles } from './server.js';
import type { NetworkTroubles } from './network.js';

const HOUR = 3_600_000;
/** From when on nothing goes wrong any more: every call that was begun must come to its end. */
export const QUIET_AT = START + 4 * HOUR;
/** Longer than any call takes that meets no trouble. */
export const LONGEST_CALL = 2 * HOUR;

export type Troubles = ProcessTroubles & ServerTroubles & NetworkTroubles;

/** The usual and the longest time between two things that somebody does, in milliseconds. */
export interface Pace {
  readonly usual: number;
  readonly longest: number;
}

export interface ApplicationPlan {
  /** The version that it is compiled at. */
  readonly version: number;
  /** How many of its calls run at once, and how many come after each other. */
  readonly lanes: number;
  readonly calls: number;
  readonly pace: Pace;
  /** How it is stricter with creates than the registry asks. */
  readonly guard?: { readonly createGuard?: 'fence'; readonly registryMaxAge?: number };
  /** True where it takes part in what operators do, in the background. */
  readonly background?: boolean;
  /** Where its calls are updates of one note, all at once. */
  readonly hot?: boolean;
}

/** What notes may quarrel about. */
export interface Stakes {
  /** How many aliases there are, and how many codes: the fewer, the more quarrels. */
  readonly values: number;
  /** That a note has a value that is too large for a key. */
  readonly large: number;
  /** True where notes expire, and DynamoDB deletes their rows, one at a time. */
  readonly expiring: boolean;
}

/** What a run is about: who works on the table, and what goes wrong. */
export interface Scenario extends Stakes {
  readonly createGuard: CreateGuard;
  readonly registryMaxAge: number;
  /** How many versions are published before anybody starts. */
  readonly publishedFirst: number;
  /** True where there are notes already, which an application of the newest of those versions wrote. */
  readonly seeded: boolean;
  /** How many versions there will be. */
  readonly newest: number;
  readonly applications: readonly ApplicationPlan[];
  /** Ids of the notes that applications work on. */
  readonly notes: readonly string[];
  /** Likewise of cards, which versions from 2 on have. */
  readonly cards: readonly string[];
  /** How many more notes there are, where there are some already, that nobody touches: passes over the table take their time. */
  readonly idle: number;
  readonly deployers: number;
  readonly operators: number;
  /** Processes that do nothing but take part in what operators have begun: duplicates, as schedulers make them. */
  readonly workers: number;
  /** How many write units a second operators allow, all workers together. */
  readonly maxWcu: number | undefined;
  /** That somebody pauses the work on the table and resumes it, and changes its limit. */
  readonly supervised: boolean;
  /** That an operator retires versions; that it drops them afterwards; and that a deployer withdraws what it published. */
  readonly retire: number;
  readonly drop: number;
  readonly withdraw: number;
  /** That a deployer sees to it that the key paths of a version are filled. */
  readonly fill: number;
  /** That an application takes part in that, in the background. */
  readonly background: number;
  /** That a verify mends what it finds. */
  readonly repair: number;
  /** That a deployer changes how creates are guarded. */
  readonly settings: number;
  /** That an operator treats the table as one that was restored. */
  readonly restore: number;
  /** That a process crashes in the course of the run. */
  readonly crash: number;
  /** Of deployers and operators. */
  readonly pace: Pace;
  /** By how much clocks are wrong at most, in milliseconds. */
  readonly skew: number;
  /** True where DynamoDB forgets the token of a transaction after ten minutes, although its signature is good for 15. */
  readonly tokensExpire: boolean;
  readonly troubles: Troubles;
}

export const calm: Troubles = Object.freeze({
  freeze: 0,
  longestFreeze: 0,
  suspend: 0,
  partial: 0,
  throttle: 0,
  conflict: 0,
  locked: 0,
  longestLock: 0,
  reticent: 0,
  torn: 0,
  longestPass: 0,
  paged: 0,
  expired: 0,
  invalid: 0,
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
/** Less than any registry of the runs records. */
const STRICTER_AGE = 4_000;

/** @param fixed what is not left to chance */
export function randomScenario(chance: Chance, fixed: Partial<Scenario> = {}): Scenario {
  const createGuard = fixed.createGuard ?? chance.pick(['fence', 'age'] as const);
  const newest = fixed.newest ?? chance.between(2, 5);
  const publishedFirst = fixed.publishedFirst ?? (chance.happens(0.1) ? newest : chance.between(1, newest - 1));
  const background = fixed.background ?? 0.1;
  const applications = Array.from({ length: chance.between(2, 4) }, () =>
    randomApplication(chance, chance.between(Math.max(1, publishedFirst - 2), newest), background),
  );
  return {
    createGuard,
    registryMaxAge: chance.pick([60_000, 60_000, 5_000]),
    publishedFirst,
    seeded: chance.happens(0.8),
    newest,
    applications,
    notes: ['1', '2', '3'].slice(0, chance.between(1, 3)),
    deployers: chance.between(1, 2),
    operators: chance.weighted([
      [2, 1],
      [1, 2],
      [1, 0],
    ] as const),
    workers: chance.pick([0, 0, 1, 2]),
    idle: chance.happens(0.1) ? 30 : 0,
    maxWcu: chance.pick([undefined, undefined, 1, 20]),
    supervised: chance.happens(0.3),
    retire: chance.pick([0, 0.5]),
    drop: chance.pick([0.3, 0.8]),
    withdraw: chance.pick([0, 0, 0.3]),
    fill: 0.6,
    repair: 0.3,
    background,
    settings: chance.pick([0, 0, 0, 0.5]),
    restore: chance.pick([0, 0, 0, 0, 0, 0, 0, 0.5]),
    crash: chance.pick([0, 0, 0.2, 0.5]),
    pace: chance.pick([
      { usual: 100, longest: MINUTE },
      { usual: 3_000, longest: 20 * MINUTE },
    ]),
    skew: chance.pick([0, 1_000, 4 * MINUTE, 30 * MINUTE]),
    values: chance.pick([1, 3, 3]),
    expiring: chance.happens(0.4),
    large: chance.pick([0, 0, 0, 0.2]),
    tokensExpire: chance.happens(0.5),
    troubles: randomTroubles(chance),
    cards: chance.pick([[], [], ['c1'], ['c1', 'c2']]),
    ...fixed,
  };
}

/** Applications of the newest versions, each of which updates the one note so many times, all at once. */
export const hot = (versions: readonly number[], calls: number): Partial<Scenario> => ({
  publishedFirst: 5,
  newest: 5,
  seeded: true,
  notes: ['1'],
  cards: [],
  expiring: false,
  crash: 0,
  applications: versions.map((version) => ({
    version,
    lanes: 1,
    calls,
    hot: true,
    pace: { usual: 0, longest: 0 },
  })),
});

function randomApplication(chance: Chance, version: number, background: number): ApplicationPlan {
  const lanes = chance.weighted([
    [3, 1],
    [1, 2],
  ] as const);
  // One that sleeps for longer than a drain must not harm what was drained.
  const sleeps = chance.happens(0.25);
  return {
    version,
    lanes,
    guard: chance.pick([{}, {}, { createGuard: 'fence' }, { registryMaxAge: STRICTER_AGE }]),
    background: chance.happens(background),
    calls: sleeps ? chance.between(2, 5) : chance.between(4, 14),
    pace: sleeps
      ? { usual: 10 * MINUTE, longest: 90 * MINUTE }
      : chance.pick([
          { usual: 30, longest: 2 * MINUTE },
          { usual: 1_000, longest: 10 * MINUTE },
          { usual: 20_000, longest: 30 * MINUTE },
        ]),
  };
}

/** Few at a time: where everything fails at once, little is done. */
function randomTroubles(chance: Chance): Troubles {
  const maybe = (low: number, high: number): number => chance.pick([0, 0, low, high]);
  return {
    ...calm,
    freeze: maybe(0.005, 0.03),
    longestFreeze: 20 * MINUTE,
    suspend: chance.pick([0, 0.5]),
    partial: maybe(0.2, 0.8),
    throttle: maybe(0.02, 0.2),
    conflict: maybe(0.02, 0.2),
    locked: maybe(0.1, 0.5),
    longestLock: chance.pick([500, 5_000]),
    reticent: maybe(0.2, 1),
    torn: maybe(0.1, 0.5),
    longestPass: chance.pick([1_000, 20_000]),
    paged: maybe(0.1, 0.3),
    expired: chance.pick([0, 0, 0, 0.01]),
    invalid: chance.pick([0, 0, 0, 0.01]),
    lost: maybe(0.01, 0.1),
    unanswered: maybe(0.02, 0.15),
    late: maybe(0.02, 0.1),
    failed: maybe(0.01, 0.05),
    failedAfter: maybe(0.01, 0.05),
    longestDelay: chance.pick([50, 2_000, 30_000]),
    latest: chance.pick([10_000, 10 * MINUTE, 25 * MINUTE]),
  };
}
