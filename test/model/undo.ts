/*
 * A retirement that is undone. The floor is raised (*floor*), what was under way is waited for, every item is brought to that
 * epoch (*swept*): now no process below the floor can write. Until *dropping* is in the log the floor may be lowered again
 * (*undone*); from *dropping* on, what only retired versions can see goes for ever. All compete for the same places.
 *
 * One item, and processes of the version that is retired; operators, each of whom wants it retired or undone, once.
 */
import type { Model, Step } from './checker.js';
import { allLogRules, append, type LogRules } from './log.js';

export interface Rules extends LogRules {
  /** Nobody undoes a retirement whose *dropping* is in the log. */
  readonly undoUntilDropping: boolean;
  /** *swept* says for which floor: one that was raised anew after an undo needs a sweep of its own. */
  readonly sweptNamesFloor: boolean;
  /** *dropping* needs *swept*. */
  readonly droppingNeedsSwept: boolean;
  /** A call of retire says that it is done only where *swept* is of the floor that is in force now. */
  readonly doneWhenSwept: boolean;
}

export const allRules: Rules = {
  ...allLogRules,
  undoUntilDropping: true,
  sweptNamesFloor: true,
  droppingNeedsSwept: true,
  doneWhenSwept: true,
};

interface Entry {
  readonly kind: 'floor' | 'swept' | 'dropping' | 'undone';
  /** Of *swept*: the epoch of its floor. */
  readonly floor?: number;
}

export type Actor = 'retires' | 'retires and drops' | 'undoes' | 'application';

interface Item {
  readonly revision: number;
  readonly stamp: number;
}

interface Process {
  readonly knows: number;
  readonly at: 'start' | 'decide' | 'drain' | 'sweep' | 'append' | 'drop' | 'plan' | 'sent' | 'ended';
  readonly appends: Entry | null;
  /** An operator: the epoch of the floor that it has swept for. */
  readonly sweptFor: number | null;
  /** An application: the item as it was seen, null for none; how often it has written. */
  readonly seen: Item | null;
  readonly calls: number;
}

export interface State {
  readonly log: readonly Entry[];
  /** Creates and their like commit no longer where their process knows less than this. */
  readonly drained: number;
  readonly item: Item | null;
  readonly revisions: number;
  /** What only the retired version can see is gone. */
  readonly dropped: boolean;
  /** A call of retire has said that it is done, and nothing was undone since. */
  readonly saidDone: boolean;
  readonly processes: readonly Process[];
}

export interface Scenario {
  readonly actors: readonly Actor[];
  readonly isThere: boolean;
  /** How often each application writes. */
  readonly writes: number;
}

interface Retirement {
  /** The epoch of the floor in force; null: there is none. */
  readonly floor: number | null;
  readonly swept: boolean;
  readonly dropping: boolean;
}

const none: Retirement = { floor: null, swept: false, dropping: false };

function read(log: readonly Entry[], { sweptNamesFloor }: Pick<Rules, 'sweptNamesFloor'>): Retirement {
  return log.reduce<Retirement>((known, entry, place) => {
    switch (entry.kind) {
      case 'floor':
        return { ...known, floor: place + 1, swept: false };
      case 'undone':
        return { ...known, floor: null, swept: false };
      case 'swept':
        return { ...known, swept: known.floor !== null && (!sweptNamesFloor || entry.floor === known.floor) };
      case 'dropping':
        return { ...known, dropping: true };
    }
  }, none);
}

export function undo(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { actors, isThere } = scenario;
  const start: State = {
    log: [],
    drained: 0,
    item: isThere ? { revision: 1, stamp: 0 } : null,
    revisions: 1,
    dropped: false,
    saidDone: false,
    processes: actors.map(() => ({ knows: 0, at: 'start', appends: null, sweptFor: null, seen: null, calls: 0 })),
  };
  return {
    start,
    steps: (state) =>
      actors.flatMap((actor, index) =>
        actor === 'application' ? applicationSteps(state, index, scenario) : operatorSteps(state, index, actor, rules),
      ),
    broken,
  };
}

export const isOver = ({ processes }: State): boolean => processes.every(({ at }) => at === 'ended');

function broken({ log, dropped }: State): string | undefined {
  const dropping = log.findIndex(({ kind }) => kind === 'dropping');
  const undone = log.findLastIndex(({ kind }) => kind === 'undone');
  if (dropping >= 0 && undone > dropping) return 'UNDONE: a retirement was undone that was dropping';
  const raised = read(dropping < 0 ? log : log.slice(0, dropping), { sweptNamesFloor: true }).floor !== null;
  if (dropping >= 0 && !raised) return 'DROPPED: dropping stands in the log, after an undo';
  return dropped && !raised ? 'DROPPED: what its versions still see' : undefined;
}

type MakeStep = (does: string, become: Partial<Process>, change?: Partial<State>) => Step<State>;

function operatorSteps(state: State, index: number, actor: Exclude<Actor, 'application'>, rules: Rules): Step<State>[] {
  const { log } = state;
  const process = state.processes[index]!;
  const step: MakeStep = (does, become, change = {}) => ({
    by: `operator ${index}`,
    does: `${actor}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
  });
  const known = read(log.slice(0, process.knows), rules);
  switch (process.at) {
    case 'start':
      return [step('reads the registry', { at: 'decide', knows: log.length })];
    case 'decide':
      if (actor === 'undoes') return [decideUndo(known, rules, step)];
      if (actor === 'retires' && isDone(known, process, rules)) {
        // It looks once more: others may have appended since.
        if (process.knows < log.length) return [step('reads the registry', { knows: log.length })];
        return [step('says that it is done', { at: 'ended' }, { saidDone: true })];
      }
      return [decideRetire(known, process, rules, step)];
    case 'append': {
      const { kind } = process.appends!;
      const appended = append(log, process.knows, process.appends!, rules);
      if (appended === undefined) {
        return [step('loses the place, reads the registry', { at: 'decide', appends: null, knows: log.length })];
      }
      const next = actor === 'undoes' ? 'ended' : kind === 'dropping' ? 'drop' : 'decide';
      const saidDone = state.saidDone && kind !== 'undone';
      return [
        step(`appends: ${kind}`, { at: next, appends: null, knows: appended.length }, { log: appended, saidDone }),
      ];
    }
    case 'drain': {
      const floor = known.floor!;
      const underWay = state.processes.some(({ at, seen, knows }) => at === 'sent' && seen === null && knows < floor);
      return underWay ? [] : [step('has drained', { at: 'sweep' }, { drained: Math.max(state.drained, floor) })];
    }
    case 'sweep': {
      const { item, revisions } = state;
      const swept = { at: 'decide', sweptFor: known.floor } as const;
      if (item === null || item.stamp >= known.floor!) return [step('finds nothing to stamp', swept)];
      if (item.stamp > process.knows) {
        return [step('meets a newer stamp, reads the registry', { at: 'decide', knows: log.length })];
      }
      const stamped: Item = { revision: revisions + 1, stamp: process.knows };
      return [step(`stamps the item ${process.knows}`, swept, { item: stamped, revisions: revisions + 1 })];
    }
    case 'drop':
      return [step('drops what only the retired version sees', { at: 'ended' }, { dropped: true })];
    default:
      return [];
  }
}

function decideUndo({ floor, dropping }: Retirement, rules: Rules, step: MakeStep): Step<State> {
  if (floor === null) return step('there is nothing to undo', { at: 'ended' });
  if (dropping && rules.undoUntilDropping) return step('it is too late', { at: 'ended' });
  return step('is to append: undone', { at: 'append', appends: { kind: 'undone' } });
}

function isDone({ floor, swept }: Retirement, { sweptFor }: Process, { doneWhenSwept }: Rules): boolean {
  return doneWhenSwept ? swept : floor !== null && sweptFor !== null;
}

/** One step further; where it was undone while this operator was at it, it asks no more. */
function decideRetire(known: Retirement, { sweptFor, knows }: Process, rules: Rules, step: MakeStep): Step<State> {
  const appends = (entry: Entry): Step<State> => step(`is to append: ${entry.kind}`, { at: 'append', appends: entry });
  const { floor, swept, dropping } = known;
  if (dropping) return step('is dropping already', { at: 'ended' });
  if (floor === null)
    return knows === 0 || sweptFor === null ? appends({ kind: 'floor' }) : step('was undone', { at: 'ended' });
  if (swept) return appends({ kind: 'dropping' });
  if (sweptFor === null || (sweptFor !== floor && rules.sweptNamesFloor)) {
    return rules.droppingNeedsSwept ? step('is to sweep', { at: 'drain' }) : appends({ kind: 'dropping' });
  }
  return appends({ kind: 'swept', floor: sweptFor });
}

function applicationSteps(state: State, index: number, { writes }: Scenario): Step<State>[] {
  const { log, drained, item, revisions } = state;
  const process = state.processes[index]!;
  const truth = read(log, { sweptNamesFloor: true });
  const isRetired = truth.swept || truth.dropping || (state.saidDone && truth.floor !== null);
  const step: MakeStep = (does, become, change = {}) => ({
    by: `application ${index}`,
    does,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
    breaks: 'item' in change && isRetired ? 'FENCE: a version wrote that counts as retired' : undefined,
  });
  const { knows, seen } = process;
  const again = { at: 'start', seen: null } as const;
  const calls = process.calls + 1;
  const ended = { at: calls === writes ? 'ended' : 'start', seen: null, calls } as const;
  switch (process.at) {
    case 'start':
      return [step('reads the item', { at: 'plan', seen: item })];
    case 'plan':
      if (read(log.slice(0, knows), { sweptNamesFloor: true }).floor !== null) {
        // Before it refuses a call it looks whether that was undone: an application is not to be restarted for an undo.
        if (knows < log.length)
          return [step('is retired as far as it knows, reads the registry', { ...again, knows: log.length })];
        return [step('VersionRetiredError', ended)];
      }
      if (seen !== null && seen.stamp > knows)
        return [step('meets a newer stamp, reads the registry', { knows: log.length })];
      if (seen === null && knows < drained)
        return [step('knows too little, reads the registry', { ...again, knows: log.length })];
      return [step('signs', { at: 'sent' })];
    case 'sent': {
      if (item?.revision !== seen?.revision) return [step('the item is not as it was seen', again)];
      const written: Item = { revision: revisions + 1, stamp: knows };
      return [step(`writes at epoch ${knows}`, ended, { item: written, revisions: revisions + 1 })];
    }
    default:
      return [];
  }
}
