/*
 * A table that is restored from a backup, while the world has gone on. Rows of a backup are not all of one moment: an item
 * may be stamped with an epoch that the restored registry has not come to. Processes may know entries that are no more, and a
 * new publish gives their epochs to other entries. A stamp that means one thing in one past and another in the other would
 * have an item misread for ever, and nobody would know.
 *
 * The mend: `doctor --restored` puts an epoch above the highest stamp that it finds, gives the registry a new id, and brings
 * every item and fence to both. An epoch alone would not do: a process of before may know a higher one than any row in the
 * backup has, and takes what it meets for old. One item; X and Y are key paths, each published by an entry of that name.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** The processes of before, and the requests that they have under way, are ended before the restored table is there. */
  readonly writersAreStopped: boolean;
  /** The doctor works before processes open the table. */
  readonly doctorComesFirst: boolean;
  /** Before it begins it waits until no create can commit whose process has not read the restored registry. */
  readonly doctorDrains: boolean;
  /** It puts an epoch above every stamp, not only above the log's last. */
  readonly aboveEveryStamp: boolean;
  /** It gives the registry a new id: stamps and fences of another id are of another past. */
  readonly newRegistryId: boolean;
  /** It brings every item to that epoch, and raises the fences to it. */
  readonly itemsAreBrought: boolean;
  /** A refresh compares what it knew with what is there, and refuses a log that is no continuation. */
  readonly headIsCompared: boolean;
  /** A stamp above the head, after a refresh, is an error: no reason for another one. */
  readonly stampAboveHeadIsAnError: boolean;
}

export const allRules: Rules = {
  writersAreStopped: true,
  doctorComesFirst: true,
  doctorDrains: true,
  aboveEveryStamp: true,
  newRegistryId: true,
  itemsAreBrought: true,
  headIsCompared: true,
  stampAboveHeadIsAnError: true,
};

/** `void` holds the place of an epoch that was stamped in a past that is no more. */
type Entry = 'opened' | 'X' | 'Y' | 'void' | 'restored';
type Rows = 'none' | 'X' | 'Y';

/** Which registry: that of before, or the one that the doctor made of it. */
type Id = 'first' | 'second';

interface Item {
  readonly revision: number;
  readonly stamp: number;
  readonly id: Id;
  /** On which key path it has a row. */
  readonly rows: Rows;
}

interface Process {
  /** What it knows of the registry; null: it has not opened the table yet. */
  readonly knows: readonly Entry[] | null;
  readonly at: 'start' | 'plan' | 'sent' | 'ended';
  readonly seen: Item | null;
  readonly writes: number;
}

export interface State {
  readonly log: readonly Entry[];
  readonly fence: { readonly epoch: number; readonly id: Id };
  readonly item: Item | null;
  readonly revisions: number;
  readonly backup: { readonly log: readonly Entry[] | null; readonly item: Item | null | 'not yet' };
  readonly phase: 'before' | 'restored' | 'opened';
  /** By the age of what they know, creates commit only where their process has read the registry that is there now. */
  readonly drained: boolean;
  /** One that runs before the restore, and one that opens the restored table. */
  readonly processes: readonly [Process, Process];
  /** Which key paths were published. */
  readonly publishedX: boolean;
  readonly publishedY: boolean;
}

export interface Scenario {
  readonly isThere: boolean;
  /** How creates are guarded; a fence unless it is said. */
  readonly createGuard?: 'fence' | 'age';
  /** What is written before the doctor has come is not looked at. */
  readonly untilTheDoctorCame?: 'ignored';
}

const WRITES = 2;

export function restored(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { isThere } = scenario;
  const fresh: Process = { knows: null, at: 'start', seen: null, writes: 0 };
  const start: State = {
    log: ['opened'],
    fence: { epoch: 1, id: 'first' },
    item: isThere ? { revision: 1, stamp: 1, id: 'first', rows: 'none' } : null,
    revisions: 1,
    backup: { log: null, item: 'not yet' },
    phase: 'before',
    drained: false,
    processes: [{ ...fresh, knows: ['opened'] }, fresh],
    publishedX: false,
    publishedY: false,
  };
  return {
    start,
    steps: (state) => [
      ...([0, 1] as const).flatMap((index) => processSteps(state, index, scenario, rules)),
      ...publisherSteps(state, rules),
      ...operatorSteps(state, rules),
    ],
    broken: (state) => (state.phase === 'opened' ? misread(state) : undefined),
  };
}

export const isOver = ({ processes, phase }: State): boolean =>
  phase === 'opened' && processes.every(({ at }) => at === 'ended');

/** The rows that an epoch demands of the item. */
function demand(log: readonly Entry[], epoch: number): Rows {
  const path = log.slice(0, epoch).findLast((entry) => entry === 'X' || entry === 'Y');
  return path === 'X' || path === 'Y' ? path : 'none';
}

/** What every process would take for true of the item, and is not. Where the stamp is beyond the log they are told. */
function misread({ item, log }: State): string | undefined {
  if (item === null || item.stamp > log.length || item.rows === demand(log, item.stamp)) return undefined;
  return `MISREAD: the item is stamped ${item.stamp} in another past, and nobody can tell`;
}

const idOf = (log: readonly Entry[], rules: Rules): Id =>
  rules.newRegistryId && log.includes('restored') ? 'second' : 'first';

const continues = (log: readonly Entry[], known: readonly Entry[]): boolean =>
  known.every((entry, place) => log[place] === entry);

function processSteps(state: State, index: 0 | 1, scenario: Scenario, rules: Rules): Step<State>[] {
  const process = state.processes[index];
  const { log, item, revisions, fence, drained } = state;
  const step = (does: string, become: Partial<Process>, change: Partial<State> = {}, breaks?: string): Step<State> => {
    const next = { ...process, ...become };
    const processes = index === 0 ? ([next, state.processes[1]] as const) : ([state.processes[0], next] as const);
    return { by: `process ${index}`, does, to: { ...state, ...change, processes }, breaks };
  };
  const ended = { at: 'ended', knows: [], seen: null } as const;
  const refresh = (): Step<State> => {
    if (rules.headIsCompared && !continues(log, process.knows!)) {
      const error = log.length < process.knows!.length ? 'RegistryBehindError' : 'RegistryForkError';
      return step(`reads the registry: ${error}`, ended);
    }
    // Only what comes after what is known is new to it.
    const extended = [...process.knows!, ...log.slice(process.knows!.length)];
    return step('reads the registry', { at: 'start', seen: null, knows: extended });
  };
  if (process.at === 'ended') return [];
  if (process.knows === null) {
    return state.phase === 'opened' ? [step('opens the table, reads the registry', { knows: log })] : [];
  }
  const { knows, seen } = process;
  switch (process.at) {
    case 'start':
      // Another call of the process may have read the registry at any time.
      return [step('reads the item', { at: 'plan', seen: item }), ...(knows.length < log.length ? [refresh()] : [])];
    case 'plan':
      if (seen !== null && seen.id !== idOf(knows, rules))
        return [step('meets a stamp of another registry: RegistryForkError', ended)];
      if (seen !== null && seen.stamp > knows.length) {
        const isBehind = seen.stamp > log.length && rules.stampAboveHeadIsAnError;
        return isBehind ? [step('reads the registry: RegistryBehindError', ended)] : [refresh()];
      }
      return [step('signs', { at: 'sent' })];
    case 'sent': {
      if (item?.revision !== seen?.revision)
        return [step('the item is not as it was seen', { at: 'start', seen: null })];
      const id = idOf(knows, rules);
      const isFenced = knows.length < fence.epoch || id !== fence.id;
      const isOld = drained && !(continues(log, knows) && continues(knows, log));
      if (seen === null && (scenario.createGuard === 'age' ? isOld : isFenced)) return [refresh()];
      const written: Item = { revision: revisions + 1, stamp: knows.length, id, rows: demand(knows, knows.length) };
      const writes = process.writes + 1;
      const isLookedAt = state.phase === 'opened' || scenario.untilTheDoctorCame !== 'ignored';
      const foreign = isLookedAt && !continues(log, knows);
      return [
        step(
          `writes at epoch ${knows.length}`,
          writes === WRITES ? { ...ended, writes } : { at: 'start', seen: null, writes },
          { item: written, revisions: revisions + 1 },
          foreign ? 'PAST: a write by who knows another past' : undefined,
        ),
      ];
    }
  }
}

function publisherSteps(state: State, rules: Rules): Step<State>[] {
  const { log, phase, publishedX, publishedY } = state;
  const step = (entry: 'X' | 'Y', change: Partial<State>): Step<State>[] => {
    const appended = [...log, entry];
    return [
      {
        by: 'publisher',
        does: `publishes ${entry}: epoch ${appended.length}`,
        to: { ...state, ...change, log: appended, fence: { epoch: appended.length, id: idOf(appended, rules) } },
      },
    ];
  };
  if (phase === 'before' && !publishedX) return step('X', { publishedX: true });
  if (phase === 'opened' && !publishedY) return step('Y', { publishedY: true });
  return [];
}

function operatorSteps(state: State, rules: Rules): Step<State>[] {
  const { backup, phase, log, item } = state;
  const step: MakeStep = (does, change, breaks) => ({ by: 'operator', does, to: { ...state, ...change }, breaks });
  switch (phase) {
    case 'before': {
      const steps: Step<State>[] = [];
      if (backup.log === null) steps.push(step('backs the registry up', { backup: { ...backup, log } }));
      if (backup.item === 'not yet') steps.push(step('backs the item up', { backup: { ...backup, item } }));
      if (backup.log !== null && backup.item !== 'not yet')
        steps.push(restore(state, backup.log, backup.item, rules, step));
      return steps;
    }
    case 'restored':
      if (!rules.doctorComesFirst) return [step('lets processes open it', { phase: 'opened' })];
      if (rules.doctorDrains && !state.drained) return [step('doctor: has drained', { drained: true })];
      return [doctor(state, rules, step)];
    case 'opened':
      return [];
  }
}

type MakeStep = (does: string, change: Partial<State>, breaks?: string) => Step<State>;

function restore(
  { processes: [running, later] }: State,
  log: readonly Entry[],
  item: Item | null,
  rules: Rules,
  step: MakeStep,
): Step<State> {
  const stopped: Process = { ...running, at: 'ended', knows: [], seen: null };
  const processes = [rules.writersAreStopped ? stopped : running, later] as const;
  return step('restores the table', {
    log,
    item,
    fence: { epoch: log.length, id: 'first' },
    phase: 'restored',
    processes,
    backup: { log: null, item: null },
  });
}

function doctor({ log, item, revisions }: State, rules: Rules, step: MakeStep): Step<State> {
  const highest = rules.aboveEveryStamp ? Math.max(log.length, item?.stamp ?? 0) : log.length;
  const voids = Array.from<Entry>({ length: highest - log.length }).fill('void');
  const mended = [...log, ...voids, 'restored' as const];
  const epoch = mended.length;
  if (!rules.itemsAreBrought) return step(`doctor: epoch ${epoch}`, { log: mended, phase: 'opened' });
  const id = idOf(mended, rules);
  const brought = item === null ? null : { revision: revisions + 1, stamp: epoch, id, rows: demand(mended, epoch) };
  const breaks = item !== null && item.stamp >= epoch ? 'BACK: a stamp goes down' : undefined;
  const change = { item: brought, revisions: revisions + 1, fence: { epoch, id } };
  return step(`doctor: epoch ${epoch}, brings the item to it`, { ...change, log: mended, phase: 'opened' }, breaks);
}
