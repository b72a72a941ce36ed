/*
 * Expired items. An item with a time to live is absent for every reader once it has expired, although DynamoDB deletes its
 * rows later, one by one, in any order. So others may take its place: a create over the item itself, and a create of another
 * item whose key its row has.
 *
 * Item x has a row at key K (and may move to L); item y is created with key K. Clocks differ a little: for a time x is
 * expired for some and not for others.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** Who deletes a row that a manifest lists does so only where it is that item's own. */
  readonly deletesOwnRowsOnly: boolean;
  /** Who takes the row of an expired item deletes that item whole, in the same transaction. */
  readonly deletesWhole: boolean;
  /** ... on the condition that it is as it was seen when it had expired. */
  readonly deletesWhatWasSeen: boolean;
}

export const allRules: Rules = { deletesOwnRowsOnly: true, deletesWhole: true, deletesWhatWasSeen: true };

/** `recreate x` puts x anew where it has expired, at key L. */
export type Call = 'create y' | 'recreate x' | 'extend x';

type Life = 'live' | 'expired for some' | 'expired';

interface Item {
  readonly revision: number;
  readonly life: Life;
  /** The manifest: where its row is. */
  readonly listed: 'K' | 'L';
}

export interface State {
  readonly x: Item | null;
  readonly rowAtK: 'x' | 'y' | null;
  readonly rowAtL: 'x' | null;
  readonly y: boolean;
  readonly revisions: number;
  readonly processes: readonly { readonly at: 'start' | 'write' | 'ended'; readonly seen: Item | null }[];
}

type Process = State['processes'][number];

export function expiry(calls: readonly Call[], rules: Rules = allRules): Model<State> {
  const start: State = {
    x: { revision: 1, life: 'live', listed: 'K' },
    rowAtK: 'x',
    rowAtL: null,
    y: false,
    revisions: 1,
    processes: calls.map(() => ({ at: 'start', seen: null })),
  };
  return {
    start,
    steps: (state) => [...timeSteps(state), ...calls.flatMap((call, index) => processSteps(state, index, call, rules))],
    broken,
  };
}

export const isOver = ({ processes }: State): boolean => processes.every(({ at }) => at === 'ended');

function broken({ x, y, rowAtK, rowAtL }: State): string | undefined {
  if (y && rowAtK !== 'y') return 'MISSING: y has lost its row';
  if (x?.life === 'live' && (x.listed === 'K' ? rowAtK : rowAtL) !== 'x') return 'MISSING: x lives and has no row';
  return undefined;
}

function timeSteps(state: State): Step<State>[] {
  const { x, rowAtK } = state;
  const steps: Step<State>[] = [];
  if (x !== null && x.life !== 'expired') {
    const life = x.life === 'live' ? 'expired for some' : 'expired';
    steps.push({ by: 'clock', does: `x is ${life}`, to: { ...state, x: { ...x, life } } });
  }
  if (x?.life === 'expired') steps.push({ by: 'DynamoDB', does: 'deletes x', to: { ...state, x: null } });
  if (rowAtK === 'x' && (x === null || x.life === 'expired')) {
    steps.push({ by: 'DynamoDB', does: 'deletes the row at K', to: { ...state, rowAtK: null } });
  }
  return steps;
}

type MakeStep = (does: string, become: Partial<Process>, change?: Partial<State>, breaks?: string) => Step<State>;
const again = { at: 'start', seen: null } as const;
const ended = { at: 'ended', seen: null } as const;

function processSteps(state: State, index: number, call: Call, rules: Rules): Step<State>[] {
  const process = state.processes[index]!;
  const step: MakeStep = (does, become, change = {}, breaks) => ({
    by: `process ${index}`,
    does: `${call}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
    breaks,
  });
  if (process.at === 'ended') return [];
  if (process.at === 'start') return [step('reads x', { at: 'write', seen: state.x })];
  if (call === 'create y') return [createY(state, process.seen, rules, step)];
  if (process.seen === null) return [createX(state, call, step)];
  if (state.x?.revision !== process.seen.revision) return [step('x is not as it was seen', again)];
  return [call === 'extend x' ? extendX(state, process.seen, step) : recreateX(state, process.seen, rules, step)];
}

function createY({ x, y, rowAtK, rowAtL }: State, seen: Item | null, rules: Rules, step: MakeStep): Step<State> {
  if (y) return step('ItemExistsError', ended);
  if (rowAtK === null) return step('is written: its key is free', ended, { rowAtK: 'y', y: true });
  if (seen?.life === 'live') return step('KeyPathConflictError', ended);
  if (!rules.deletesWhole) {
    // The row, too, says when it expires.
    if (x?.life === 'live') return step('KeyPathConflictError', ended);
    return step('takes the row', ended, { rowAtK: 'y', y: true });
  }
  if (rules.deletesWhatWasSeen && x?.revision !== seen?.revision) return step('x is not as it was seen', again);
  const breaks =
    x?.life === 'live' && x.revision !== seen?.revision ? 'LOST: x was extended, and is deleted' : undefined;
  const taken = { x: null, rowAtK: 'y', y: true, rowAtL: rowAtL === 'x' ? null : rowAtL } as const;
  return step('deletes x whole, takes its row', ended, taken, breaks);
}

function createX({ x, revisions }: State, call: Call, step: MakeStep): Step<State> {
  if (call !== 'recreate x' || x !== null) return step('x is gone', ended);
  return step('is written at L', ended, writtenAtL(revisions));
}

function extendX({ x, rowAtK, rowAtL, revisions }: State, seen: Item, step: MakeStep): Step<State> {
  if (seen.life === 'expired') return step('x is gone', ended);
  const { listed } = x!;
  const owner = listed === 'K' ? rowAtK : rowAtL;
  if (owner !== null && owner !== 'x') return step('KeyPathConflictError', ended);
  const extended: Item = { revision: revisions + 1, life: 'live', listed };
  return step('is written', ended, {
    x: extended,
    revisions: revisions + 1,
    ...(listed === 'K' ? { rowAtK: 'x' } : { rowAtL: 'x' }),
  });
}

function recreateX({ x, rowAtK, revisions }: State, seen: Item, rules: Rules, step: MakeStep): Step<State> {
  if (seen.life === 'live') return step('ItemExistsError', ended);
  if (x!.listed === 'L') return step('is there already', ended);
  const free = rowAtK !== 'y' || !rules.deletesOwnRowsOnly;
  const change = { ...writtenAtL(revisions), ...(free ? { rowAtK: null } : {}) };
  return step(
    free ? 'is written at L, its row at K deleted' : 'is written at L; the row at K is not its own',
    ended,
    change,
  );
}

const writtenAtL = (revisions: number): Partial<State> => ({
  x: { revision: revisions + 1, life: 'live', listed: 'L' },
  rowAtL: 'x',
  revisions: revisions + 1,
});
