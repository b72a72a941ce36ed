/*
 * The age rule of creates: no stamp on a row can stop a create, so a process creates only while what it knows of the registry
 * is young. Who drains an entry waits until nobody can be that young without knowing it: `MAX_AGE + WINDOW`. The question is
 * by which clock the age is taken. Processes freeze, clocks are stepped, and the SDK moves its idea of the time with every
 * answer. What cannot lie: the server's date in the answer to the registry's read, and the date in the signature of the
 * create itself, because the server refuses a request that is dated too far from its own time.
 *
 * One process, one server. All times are relative to the server's now, so that time goes on for ever in a finite model. A unit
 * stands for `registryMaxAge`, and three for the 15 minutes of the signature's window.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** By which clock a create takes the age of what its process knows. */
  readonly ageBy: 'signature' | 'wall clock' | 'monotonic clock';
  /** The dates of answers are taken to be late by as much as they may be. */
  readonly datesAreLate: boolean;
}

export const allRules: Rules = { ageBy: 'signature', datesAreLate: true };

export interface Scenario {
  /** By how much the wait of the drain is longer (shorter, where it is negative) than MAX_AGE + WINDOW. */
  readonly longerDrain: number;
  /** An answer may be dated later than the registry was read, by at most this. */
  readonly lateDates: 0 | 1;
}

const WINDOW = 3;
const MAX_AGE = 1;
/** How far a clock may be wrong, either way. */
const WRONG = WINDOW + MAX_AGE + 1;
/** What is older than this is as good as any that is older still. */
const OLDEST = MAX_AGE + WRONG + 2;

export interface State {
  /** How long ago the entry was appended; null: it was not. */
  readonly published: number | null;
  /** Whether the process knows the entry. */
  readonly knows: boolean;
  /** The server's time of the last read of the registry, as far as the process can tell. Never above 0. */
  readonly asOf: number;
  /** How long ago that was by the wall clock, and by the monotonic one: kept only where the rule looks at them. */
  readonly ageByWall: number;
  readonly ageByMonotonic: number;
  /** The date that a request would have if it were signed now: the wall clock, corrected by the SDK. */
  readonly date: number;
  /** A create that was signed, and is on its way for as long as it takes. */
  readonly request: { readonly date: number; readonly knows: boolean } | null;
}

export function ageRule({ longerDrain, lateDates }: Scenario, rules: Rules = allRules): Model<State> {
  const drain = MAX_AGE + WINDOW + longerDrain;
  const start: State = {
    published: null,
    knows: false,
    asOf: 0,
    ageByWall: 0,
    ageByMonotonic: 0,
    date: 0,
    request: null,
  };
  return {
    start,
    steps: (state) =>
      [
        ...timeSteps(state, drain),
        ...clockSteps(state),
        ...(state.published === null
          ? [{ by: 'publisher', does: 'appends the entry', to: { ...state, published: 0 } }]
          : []),
        ...registrySteps(state, lateDates, rules),
        ...createSteps(state, drain, rules),
      ].map((step) => ({ ...step, to: onlyWhatIsLookedAt(step.to, rules) })),
  };
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

function onlyWhatIsLookedAt(state: State, { ageBy }: Rules): State {
  return {
    ...state,
    asOf: ageBy === 'signature' ? clamp(state.asOf, OLDEST) : 0,
    ageByWall: ageBy === 'wall clock' ? clamp(state.ageByWall, OLDEST) : 0,
    ageByMonotonic: ageBy === 'monotonic clock' ? Math.min(state.ageByMonotonic, MAX_AGE + 1) : 0,
  };
}

function timeSteps(state: State, drain: number): Step<State>[] {
  const { published, asOf, ageByWall, ageByMonotonic, date, request } = state;
  const later: State = {
    ...state,
    published: published === null ? null : Math.min(published + 1, drain + 1),
    asOf: asOf - 1,
    // The server refuses it from here on: it is as good as lost.
    request: request === null || request.date - 1 < -WINDOW ? null : { ...request, date: request.date - 1 },
  };
  const awake = { ...later, ageByWall: ageByWall + 1, ageByMonotonic: ageByMonotonic + 1 };
  return [
    { by: 'time', does: 'passes', to: awake },
    { by: 'time', does: 'passes; the process sleeps, its monotonic clock too', to: { ...awake, ageByMonotonic } },
    {
      by: 'time',
      does: 'passes; the process sleeps, and every clock of it',
      to: { ...awake, ageByMonotonic, ageByWall, date: clamp(date - 1, WRONG) },
    },
  ];
}

/** The wall clock can be set to anything at any time. */
function clockSteps(state: State): Step<State>[] {
  const steps: Step<State>[] = [];
  for (let date = -WRONG; date <= WRONG; date++) {
    if (date === state.date) continue;
    const to = { ...state, date, ageByWall: state.ageByWall + date - state.date };
    steps.push({ by: 'clock', does: `is set: requests are now dated ${signed(date)}`, to });
  }
  return steps;
}

function registrySteps(state: State, lateDates: 0 | 1, rules: Rules): Step<State>[] {
  // The SDK takes its correction from the date of every answer, and from that of a refusal.
  const corrected = { ...state, date: 0 };
  if (Math.abs(state.date) > WINDOW)
    return [{ by: 'process', does: 'is refused for its date, corrects it', to: corrected }];
  const margin = rules.datesAreLate ? lateDates : 0;
  return ([0, 1] as const)
    .filter((late) => late <= lateDates)
    .map((late) => ({
      by: 'process',
      does: late === 0 ? 'reads the registry' : 'reads the registry; the answer is dated late',
      to: { ...corrected, knows: state.published !== null, asOf: late - margin, ageByWall: 0, ageByMonotonic: 0 },
    }));
}

function createSteps(state: State, drain: number, { ageBy }: Rules): Step<State>[] {
  const { request, date, published } = state;
  if (request === null) {
    const age = {
      signature: date - state.asOf,
      'wall clock': state.ageByWall,
      'monotonic clock': state.ageByMonotonic,
    };
    if (age[ageBy] > MAX_AGE) return [];
    const knows = state.knows ? 'knowing the entry' : 'knowing no entry';
    return [
      {
        by: 'process',
        does: `signs a create dated ${signed(date)}, ${knows}`,
        to: { ...state, request: { date, knows: state.knows } },
      },
    ];
  }
  if (Math.abs(request.date) > WINDOW) return [];
  const late = !request.knows && published !== null && published > drain;
  return [
    {
      by: 'server',
      does: 'accepts the create',
      to: { ...state, request: null },
      breaks: late ? 'LATE: a create of who does not know the entry, after the drain' : undefined,
    },
  ];
}

const signed = (n: number): string => (n >= 0 ? `+${n}` : String(n));
