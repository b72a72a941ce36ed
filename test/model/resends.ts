/*
 * Sending a create again. Its transaction has a token, under which DynamoDB applies it once, for as long as it knows the
 * token: ten minutes. A signature is good for fifteen. So a create that is sent again in between is applied anew, and
 * brings back an item that somebody deleted meanwhile. How late it is the process must tell; and a machine can be suspended
 * together with all its clocks, so that neither they nor the dates of its own signatures show it.
 *
 * One create, one deleter, one server. A unit stands for two and a half minutes, and all times are the server's.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** After a lost answer the process looks whether the item is there, before it sends anything. */
  readonly looksFirst: boolean;
  /** How late it is by then it takes from the date of that look's answer. */
  readonly goesByTheAnswer: boolean;
  /** To that it adds what its own clock says of the time since, so that it does not send long after the look. */
  readonly goesByItsClock: boolean;
}

export const allRules: Rules = { looksFirst: true, goesByTheAnswer: true, goesByItsClock: true };

export interface Scenario {
  /** When the machine may be suspended with its clock: not between the look's answer and the sending, or whenever. */
  readonly stops: 'never' | 'before the look' | 'whenever';
  /** How long a request may be under way: what is left of the token's time, or as long as its signature is good. */
  readonly late: 'a moment' | 'a signature';
}

const SIGNATURE = 6;
const TOKEN = 4;
const RESEND = 3;
const ATTEMPTS = 2;
const END = SIGNATURE + 2;

interface Request {
  readonly signed: number;
  readonly sent: number;
}

export interface State {
  readonly now: number;
  /** What the process takes for the time. */
  readonly clock: number;
  readonly at: 'send' | 'waits' | 'lost' | 'looked' | 'ended';
  readonly attempts: number;
  /** The date of the first attempt's signature. */
  readonly first: number;
  /** When that was, on the process's clock of now, as far as the process can tell. */
  readonly mark: number;
  readonly underWay: readonly Request[];
  readonly isThere: boolean;
  readonly deleted: boolean;
  /** When the token was first applied; null where it was not. */
  readonly applied: number | null;
}

export function resends(scenario: Scenario, rules: Rules = allRules): Model<State> {
  return {
    start: {
      now: 0,
      clock: 0,
      at: 'send',
      attempts: 0,
      first: 0,
      mark: 0,
      underWay: [],
      isThere: false,
      deleted: false,
      applied: null,
    },
    steps: (state) => [
      ...timeSteps(state, scenario),
      ...serverSteps(state, scenario),
      ...processSteps(state, rules),
      ...(state.isThere
        ? [{ by: 'somebody', does: 'deletes the item', to: { ...state, isThere: false, deleted: true } }]
        : []),
    ],
  };
}

function timeSteps(state: State, { stops }: Scenario): Step<State>[] {
  if (state.now === END) return [];
  const later = { ...state, now: state.now + 1 };
  const mayStop = stops === 'whenever' || (stops === 'before the look' && state.at !== 'looked');
  return [
    { by: 'time', does: 'passes', to: { ...later, clock: state.clock + 1 } },
    ...(mayStop ? [{ by: 'time', does: 'passes; the machine is suspended with its clock', to: later }] : []),
  ];
}

function serverSteps(state: State, { late }: Scenario): Step<State>[] {
  const { now, applied, isThere, deleted } = state;
  return state.underWay.flatMap((request, i): Step<State>[] => {
    const longest = late === 'a moment' ? TOKEN - RESEND : SIGNATURE;
    if (now - request.signed > SIGNATURE || now - request.sent > longest) return [];
    const rest = { ...state, underWay: state.underWay.filter((_, other) => other !== i) };
    const isKnown = applied !== null && now - applied <= TOKEN;
    if (isKnown) return [{ by: 'server', does: 'knows the token', to: rest }];
    if (isThere) return [{ by: 'server', does: 'refuses: the item is there', to: rest }];
    return [
      {
        by: 'server',
        does: 'creates the item',
        to: { ...rest, isThere: true, applied: applied ?? now },
        ...(deleted ? { breaks: 'RESURRECT: a deleted item is back' } : {}),
      },
    ];
  });
}

function processSteps(state: State, rules: Rules): Step<State>[] {
  const { now, clock, first, mark, attempts, isThere } = state;
  const step = (does: string, change: Partial<State>): Step<State> => ({
    by: 'process',
    does,
    to: { ...state, ...change },
  });
  const send = (): Step<State> =>
    step(attempts === 0 ? 'sends the create' : 'sends it again', {
      at: 'waits',
      attempts: attempts + 1,
      first: attempts === 0 ? clock : first,
      mark: attempts === 0 ? clock : mark,
      underWay: [...state.underWay, { signed: clock, sent: now }],
    });
  const mayByClock = !rules.goesByItsClock || clock - mark <= RESEND;
  switch (state.at) {
    case 'send':
      return [send()];
    case 'waits':
      return [step('hears nothing', { at: attempts < ATTEMPTS ? 'lost' : 'ended' })];
    case 'lost': {
      if (!rules.looksFirst) return mayByClock ? [send()] : [];
      const may = !isThere && (!rules.goesByTheAnswer || now - first <= RESEND);
      const become = {
        at: may ? 'looked' : 'ended',
        mark: rules.goesByTheAnswer ? Math.min(mark, clock - (now - first)) : mark,
      };
      return [step(`looks: ${isThere ? 'it is there' : 'nothing is there'}`, become as Partial<State>)];
    }
    case 'looked':
      return mayByClock ? [send()] : [];
    case 'ended':
      return [];
  }
}
