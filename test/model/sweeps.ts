/*
 * Why a sweep brings every item to the epoch, also one that "needs nothing". A key path is published (epoch 1) and taken
 * away again (epoch 2) while a worker that knows epoch 1 sleeps between its read and its write. After the second sweep no
 * row of the path is left, and none comes.
 *
 * And why rows are deleted by the manifest: at epoch 2 no process knows any more that the path ever was.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** A sweep passes over only what is at the epoch already, never what needs nothing. */
  readonly stampsEveryItem: boolean;
  /** Who writes or deletes the item deletes the rows that its manifest lists, known to it or not. */
  readonly manifest: boolean;
}

export const allRules: Rules = { stampsEveryItem: true, manifest: true };

interface Item {
  readonly layout: number;
  readonly stamp: 0 | 1 | 2;
  /** The manifest lists a row of the path. */
  readonly listed: boolean;
}

export interface State {
  readonly item: Item | null;
  /** The row of the path is there. */
  readonly row: boolean;
  readonly registry: 1 | 2;
  readonly worker: { readonly at: 'start' | 'write' | 'ended'; readonly seen: Item | null };
  readonly user: 'delete' | 'ended';
  readonly operator: 'take away' | 'sweep' | 'gone';
}

export function sweeps(rules: Rules = allRules): Model<State> {
  const start: State = {
    item: { layout: 0, stamp: 0, listed: false },
    row: false,
    registry: 1,
    worker: { at: 'start', seen: null },
    user: 'delete',
    operator: 'take away',
  };
  return {
    start,
    steps: (state) => [...workerSteps(state), ...userSteps(state, rules), ...operatorSteps(state, rules)],
    broken,
  };
}

export const isOver = ({ worker, user, operator }: State): boolean =>
  worker.at === 'ended' && user === 'ended' && operator === 'gone';

function broken({ item, row, operator }: State): string | undefined {
  if (row && item === null) return 'ORPHAN: a row of an item that is gone';
  return row && operator === 'gone' ? 'LEFT: a row of a path that was taken away' : undefined;
}

function workerSteps(state: State): Step<State>[] {
  const step = (does: string, worker: State['worker'], change: Partial<State> = {}): Step<State>[] => [
    { by: 'worker', does, to: { ...state, ...change, worker } },
  ];
  const { item } = state;
  const { at, seen } = state.worker;
  if (at === 'ended') return [];
  if (at === 'start') return step('reads the item', { at: 'write', seen: item });
  // Its knowledge is of epoch 1: who meets a newer stamp reads the registry, and there learns that the path is gone.
  if (item?.layout !== seen?.layout || seen === null || seen.stamp > 1) {
    return step('the item is not as it was seen', { at: 'ended', seen: null });
  }
  const written: Item = { layout: seen.layout + 1, stamp: 1, listed: true };
  return step('puts the row, at epoch 1', { at: 'ended', seen: null }, { item: written, row: true });
}

/** A user's process that knows the newest epoch deletes the item. */
function userSteps(state: State, { manifest }: Rules): Step<State>[] {
  if (state.user === 'ended') return [];
  const { item, row, registry } = state;
  const step = (does: string, change: Partial<State>): Step<State>[] => [
    { by: 'user', does, to: { ...state, ...change, user: 'ended' } },
  ];
  if (item === null) return step('there is nothing', {});
  const deletesRow = manifest ? item.listed : registry === 1;
  return step('deletes the item', { item: null, row: row && !deletesRow });
}

function operatorSteps(state: State, { stampsEveryItem }: Rules): Step<State>[] {
  const { item, operator } = state;
  const step = (does: string, change: Partial<State>): Step<State>[] => [
    { by: 'operator', does, to: { ...state, ...change } },
  ];
  if (operator === 'gone') return [];
  if (operator === 'take away') return step('takes the path away: epoch 2', { operator: 'sweep', registry: 2 });
  if (item === null) return step('finds no item', { operator: 'gone' });
  if (!item.listed && !stampsEveryItem) return step('passes the item over: it has no row', { operator: 'gone' });
  const swept: Item = { layout: item.layout + 1, stamp: 2, listed: false };
  return step('brings the item to epoch 2', { operator: 'gone', item: swept, row: false });
}
