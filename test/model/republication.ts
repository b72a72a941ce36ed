/*
 * Another content under the number of a version that was withdrawn. Old processes have written rows for the key path of the
 * first content (a) already: whoever knows a version's path writes its rows, whatever it is compiled at. The path of the
 * second content (b) may have the same id, and other keys.
 *
 * One item and its manifest entry for that id; writers compiled at an older version; an operator who withdraws a, publishes
 * b, brings the items there and promotes. Creates are left out: see expansion.ts.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** A sweep goes by the stamp, not by whether the manifest lists a row under the path's id. */
  readonly sweepGoesByStamp: boolean;
  /** A withdrawn path's state is forgotten: the one that has its id next begins in expand. */
  readonly stateIsForgotten: boolean;
  /** Who writes the item deletes what its manifest lists and no longer is demanded. */
  readonly manifest: boolean;
}

export const allRules: Rules = { sweepGoesByStamp: true, stateIsForgotten: true, manifest: true };

export const BEFORE = 0;
export const PUBLISHED_A = 1;
export const WITHDRAWN = 2;
export const PUBLISHED_B = 3;
type Epoch = typeof BEFORE | typeof PUBLISHED_A | typeof WITHDRAWN | typeof PUBLISHED_B;
type Key = 'A' | 'B';

interface Item {
  readonly revision: number;
  readonly stamp: Epoch;
  readonly listed: Key | null;
}

interface Writer {
  readonly knows: Epoch;
  readonly at: 'start' | 'write';
  readonly seen: Item | null;
  readonly calls: number;
}

export interface State {
  readonly registry: Epoch;
  readonly item: Item;
  readonly rows: { readonly A: boolean; readonly B: boolean };
  readonly revisions: number;
  /** Readers at b are told that its path is complete. */
  readonly promoted: boolean;
  readonly writers: readonly Writer[];
  readonly operator: {
    readonly at: 'publish a' | 'withdraw' | 'publish b' | 'scan' | 'sweep' | 'promote' | 'ended';
    readonly seen: Item | null;
  };
}

const CALLS = 2;

/** On which key the path's row stands, for who knows this epoch. */
const demand = (epoch: Epoch): Key | null => (epoch === PUBLISHED_A ? 'A' : epoch === PUBLISHED_B ? 'B' : null);

export function republication(writers: number, rules: Rules = allRules): Model<State> {
  const start: State = {
    registry: BEFORE,
    item: { revision: 1, stamp: BEFORE, listed: null },
    rows: { A: false, B: false },
    revisions: 1,
    promoted: false,
    writers: Array.from({ length: writers }, () => ({ knows: BEFORE, at: 'start', seen: null, calls: 0 })),
    operator: { at: 'publish a', seen: null },
  };
  return {
    start,
    steps: (state) => [
      ...state.writers.flatMap((_, index) => writerSteps(state, index, rules)),
      ...operatorSteps(state, rules),
    ],
    broken,
  };
}

export const isOver = ({ writers, operator }: State): boolean =>
  operator.at === 'ended' && writers.every(({ calls }) => calls === CALLS);

function broken({ item, rows, promoted }: State): string | undefined {
  for (const key of ['A', 'B'] as const) {
    if (rows[key] && item.listed !== key) return `EXTRA: a row at ${key} that the item does not list`;
    if (!rows[key] && item.listed === key) return `MISSING: the manifest lists a row at ${key}`;
  }
  return promoted && !rows.B ? 'INCOMPLETE: readers at b were promised that the item is there' : undefined;
}

/** The item and its rows as somebody leaves them who knows this epoch. */
function write(
  { item, rows, revisions }: State,
  knows: Epoch,
  { manifest }: Rules,
): Pick<State, 'item' | 'rows' | 'revisions'> {
  const key = demand(knows);
  const left = manifest && item.listed !== null ? { ...rows, [item.listed]: false } : rows;
  return {
    item: { revision: revisions + 1, stamp: knows, listed: key },
    rows: key === null ? left : { ...left, [key]: true },
    revisions: revisions + 1,
  };
}

function writerSteps(state: State, index: number, rules: Rules): Step<State>[] {
  const writer = state.writers[index]!;
  const { registry, item } = state;
  const { knows, seen, calls } = writer;
  if (calls === CALLS) return [];
  const step = (does: string, become: Partial<Writer>, change: Partial<State> = {}): Step<State> => ({
    by: `writer ${index}`,
    does,
    to: { ...state, ...change, writers: state.writers.with(index, { ...writer, ...become }) },
  });
  const again = { at: 'start', seen: null } as const;
  if (writer.at === 'start') {
    // Another call of the process may read the registry at any time.
    const learns = knows < registry ? [step('reads the registry', { knows: registry })] : [];
    return [step('reads the item', { at: 'write', seen: item }), ...learns];
  }
  if (seen!.stamp > knows) return [step('meets a newer stamp, reads the registry', { ...again, knows: registry })];
  if (item.revision !== seen!.revision) return [step('the item is not as it was seen', again)];
  return [step(`writes at epoch ${knows}`, { ...again, calls: calls + 1 }, write(state, knows, rules))];
}

function operatorSteps(state: State, rules: Rules): Step<State>[] {
  const { item, operator } = state;
  const step = (
    does: string,
    at: State['operator']['at'],
    change: Partial<State> = {},
    seen: Item | null = null,
  ): Step<State>[] => [{ by: 'operator', does, to: { ...state, ...change, operator: { at, seen } } }];
  switch (operator.at) {
    case 'publish a':
      return step('publishes a', 'withdraw', { registry: PUBLISHED_A });
    case 'withdraw':
      return step('withdraws a', 'publish b', { registry: WITHDRAWN });
    case 'publish b':
      if (rules.stateIsForgotten) return step('publishes b', 'scan', { registry: PUBLISHED_B });
      return step('publishes b, whose path is promoted as that of a was', 'ended', {
        registry: PUBLISHED_B,
        promoted: true,
      });
    case 'scan':
      return step('reads the item', 'sweep', {}, item);
    case 'sweep': {
      const { seen } = operator;
      const isDone = rules.sweepGoesByStamp ? seen!.stamp >= PUBLISHED_B : seen!.listed !== null;
      if (isDone) return step('passes the item over', 'promote');
      if (item.revision !== seen!.revision) return step('the item is not as it was seen', 'scan');
      return step('brings the item to the epoch', 'promote', write(state, PUBLISHED_B, rules));
    }
    case 'promote':
      return step('promotes the path of b', 'ended', { promoted: true });
    case 'ended':
      return [];
  }
}
