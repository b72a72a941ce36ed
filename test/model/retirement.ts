/*
 * Retirement of a version: the floor is raised, the registry drained, every item brought to the floor's epoch; from then on
 * no process compiled at an older version can write, even one that slept. One item that may expire; every process is compiled
 * below the floor, so it is refused as soon as it knows of it.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** The sweep waits until no guarded write can commit whose process does not know the floor. */
  readonly drain: boolean;
  /** A delete, too, looks at the stamp. */
  readonly deleteChecksStamp: boolean;
  /** The sweep brings expired items to the epoch too. */
  readonly sweepsExpired: boolean;
  /** A create that takes the place of an expired item obeys the guard of creates. */
  readonly takeOverIsGuarded: boolean;
}

export const allRules: Rules = { drain: true, deleteChecksStamp: true, sweepsExpired: true, takeOverIsGuarded: true };

export interface Scenario {
  readonly calls: readonly ('put' | 'delete')[];
  readonly isThere: boolean;
}

type Epoch = 0 | 1;

interface Item {
  readonly revision: number;
  readonly stamp: Epoch;
  readonly expired: boolean;
}

interface Process {
  readonly knows: Epoch;
  readonly at: 'start' | 'plan' | 'sent' | 'ended';
  readonly seen: Item | null;
  readonly guarded: boolean;
}

export interface State {
  readonly item: Item | null;
  readonly registry: Epoch;
  readonly drained: Epoch;
  readonly revisions: number;
  readonly processes: readonly Process[];
  readonly operator: 'raise floor' | 'drain' | 'sweep' | 'retired';
}

export function retirement({ calls, isThere }: Scenario, rules: Rules = allRules): Model<State> {
  const start: State = {
    item: isThere ? { revision: 1, stamp: 0, expired: false } : null,
    registry: 0,
    drained: 0,
    revisions: 2,
    processes: calls.map(() => ({ knows: 0, at: 'start', seen: null, guarded: false })),
    operator: 'raise floor',
  };
  return {
    start,
    steps: (state) => [
      ...calls.flatMap((call, index) => processSteps(state, index, call, rules)),
      ...timeSteps(state),
      ...operatorSteps(state, rules),
    ],
  };
}

export const isOver = ({ processes, operator }: State): boolean =>
  operator === 'retired' && processes.every(({ at }) => at === 'ended');

function processSteps(state: State, index: number, call: 'put' | 'delete', rules: Rules): Step<State>[] {
  const process = state.processes[index]!;
  const { item, registry, drained, revisions } = state;
  const { knows, seen } = process;
  const step = (does: string, become: Partial<Process>, change: Partial<State> = {}): Step<State> => ({
    by: `process ${index}`,
    does: `${call}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
    // Whatever is written from here on is written by a version that counts as retired.
    breaks: 'item' in change && state.operator === 'retired' ? 'FENCE: a retired version wrote' : undefined,
  });
  const again = { at: 'start', seen: null, guarded: false } as const;
  const ended = { at: 'ended', seen: null, guarded: false } as const;
  switch (process.at) {
    case 'start':
      return [step('reads the item', { at: 'plan', seen: item, guarded: false })];
    case 'plan': {
      if (knows >= 1) return [step('VersionRetiredError', ended)];
      if (seen !== null && seen.stamp > knows && (call === 'put' || rules.deleteChecksStamp)) {
        return [step('meets a newer stamp, reads the registry', { knows: registry })];
      }
      if (call === 'delete' && (seen === null || seen.expired)) return [step('there is nothing', ended)];
      const guarded = seen === null || (seen.expired && rules.takeOverIsGuarded);
      if (guarded && knows < drained)
        return [step('knows too little, reads the registry', { ...again, knows: registry })];
      return [step('signs', { at: 'sent', guarded })];
    }
    case 'sent': {
      if (item?.revision !== seen?.revision) return [step('the item is not as it was seen', again)];
      if (call === 'delete') return [step('is deleted', ended, { item: null })];
      const written = { revision: revisions + 1, stamp: knows, expired: false };
      return [step(`is written at epoch ${knows}`, ended, { item: written, revisions: revisions + 1 })];
    }
    case 'ended':
      return [];
  }
}

function timeSteps(state: State): Step<State>[] {
  if (state.item === null) return [];
  if (state.item.expired) return [{ by: 'DynamoDB', does: 'deletes the expired row', to: { ...state, item: null } }];
  return [{ by: 'clock', does: 'the item expires', to: { ...state, item: { ...state.item, expired: true } } }];
}

function operatorSteps(state: State, rules: Rules): Step<State>[] {
  const step = (does: string, change: Partial<State>): Step<State>[] => [
    { by: 'operator', does, to: { ...state, ...change } },
  ];
  const { item, revisions } = state;
  switch (state.operator) {
    case 'raise floor':
      return step('raises the floor', { operator: 'drain', registry: 1 });
    case 'drain': {
      if (!rules.drain) return step('does not drain', { operator: 'sweep' });
      const underWay = state.processes.some(({ at, guarded, knows }) => at === 'sent' && guarded && knows < 1);
      return underWay ? [] : step('has drained', { operator: 'sweep', drained: 1 });
    }
    case 'sweep': {
      if (item === null || item.stamp >= 1 || (item.expired && !rules.sweepsExpired)) {
        return step('finds nothing to stamp', { operator: 'retired' });
      }
      const stamped: Item = { ...item, revision: revisions + 1, stamp: 1 };
      return step('stamps the item', { operator: 'retired', item: stamped, revisions: revisions + 1 });
    }
    case 'retired':
      return [];
  }
}
