/*
 * A version that was published can be withdrawn until somebody is compiled at it and writes. The first such process appends
 * *active* before its first write; *withdrawn* competes with it for the same place. After a withdrawal another content may be
 * published under the same number, and processes that were compiled at the old one may be running still. And whoever retires
 * version 1 counts on there being a version 2.
 *
 * The log is about version 2: it was published with content a. `a` and `b` are what applications are compiled at.
 */
import type { Model, Step } from './checker.js';
import { allLogRules, append, type LogRules } from './log.js';

export interface Rules extends LogRules {
  /** Who finds the place taken reads the log before it decides again. */
  readonly loserReadsLog: boolean;
  /** A process writes only when *active* of its version is in the log that it knows. */
  readonly activeBeforeWrite: boolean;
  /** A process compares the content of its version, not its number alone, each time that it decides, not the first time only. */
  readonly contentIsCheckedAgain: boolean;
  /** A version that is active is not withdrawn. */
  readonly activeIsKept: boolean;
  /** The last version that may write is not withdrawn, nor retired. */
  readonly oneMayWrite: boolean;
  /** A withdrawal names the content that is meant. */
  readonly withdrawalNamesContent: boolean;
}

export const allRules: Rules = {
  ...allLogRules,
  loserReadsLog: true,
  activeBeforeWrite: true,
  contentIsCheckedAgain: true,
  activeIsKept: true,
  oneMayWrite: true,
  withdrawalNamesContent: true,
};

export type Content = 'a' | 'b';
/** `floor`: version 1 may not write any more. */
type Entry = 'published a' | 'published b' | 'active' | 'withdrawn' | 'floor';

/** Each does its one task, except applications, which write twice. */
export type Actor = 'withdraws a' | 'retires 1' | 'publishes b' | 'application at a' | 'application at b';

interface Process {
  /** How many entries it knows. */
  readonly knows: number;
  readonly at: 'start' | 'decide' | 'decide anew' | 'append' | 'write' | 'ended';
  readonly appends: Entry | null;
  readonly writes: number;
}

export interface State {
  readonly log: readonly Entry[];
  readonly processes: readonly Process[];
}

/** What a log says about version 2. */
interface Version {
  /** null: there is none, or it was withdrawn. */
  readonly content: Content | null;
  readonly active: boolean;
  readonly floor: boolean;
}

function read(log: readonly Entry[]): Version {
  return log.reduce<Version>(
    (version, entry) => {
      if (entry === 'active') return { ...version, active: true };
      if (entry === 'withdrawn') return { ...version, content: null, active: false };
      if (entry === 'floor') return { ...version, floor: true };
      return { ...version, content: entry === 'published a' ? 'a' : 'b', active: false };
    },
    { content: null, active: false, floor: false },
  );
}

export function withdrawal(actors: readonly Actor[], rules: Rules = allRules): Model<State> {
  const start: State = {
    log: ['published a'],
    processes: actors.map(() => ({ knows: 0, at: 'start', appends: null, writes: 0 })),
  };
  return {
    start,
    steps: (state) => actors.flatMap((actor, index) => processSteps(state, index, actor, rules)),
    broken: ({ log }) => broken(log),
  };
}

export const isOver = ({ processes }: State): boolean => processes.every(({ at }) => at === 'ended');

function broken(log: readonly Entry[]): string | undefined {
  for (const [place, entry] of log.entries()) {
    const { content, active } = read(log.slice(0, place));
    const next = read(log.slice(0, place + 1));
    if (next.floor && next.content === null) return 'NOBODY: there is no version that may write';
    if (entry === 'withdrawn' && active) return 'BOTH: a version was withdrawn that is active';
    if (entry === 'active' && content === null) return 'BOTH: a version is active that was withdrawn';
    if (entry === 'withdrawn' && content === 'b') return 'WRONG: b was withdrawn, and nobody asked for that';
    if (entry.startsWith('published') && content !== null) return 'TAKEN: a version was published over another';
  }
  return undefined;
}

function processSteps(state: State, index: number, actor: Actor, rules: Rules): Step<State>[] {
  const { log } = state;
  const process = state.processes[index]!;
  const step: MakeStep = (does, become, change = {}, breaks) => ({
    by: `process ${index}`,
    does: `${actor}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
    breaks,
  });
  const compiledAt: Content | undefined =
    actor === 'application at a' ? 'a' : actor === 'application at b' ? 'b' : undefined;
  switch (process.at) {
    case 'start':
      return [step('reads the registry', { at: 'decide', knows: log.length })];
    case 'decide':
    case 'decide anew': {
      const looks = process.at === 'decide' || rules.contentIsCheckedAgain;
      return [decide(read(log.slice(0, process.knows)), actor, looks ? compiledAt : undefined, rules, step)];
    }
    case 'append': {
      const entry = process.appends!;
      const appended = append(log, process.knows, entry, rules);
      if (appended === undefined) {
        const knows = rules.loserReadsLog ? log.length : process.knows;
        return [step('loses the place, reads the registry', { at: 'decide anew', appends: null, knows })];
      }
      const next = compiledAt === undefined ? 'ended' : 'write';
      return [step(`appends: ${entry}`, { at: next, appends: null, knows: appended.length }, { log: appended })];
    }
    case 'write': {
      const { content, active } = read(log);
      const allowed = content === compiledAt && active;
      const breaks = allowed
        ? undefined
        : `FENCE: a write at content ${compiledAt!}, which was withdrawn or never active`;
      return [step('writes', { at: process.writes === 0 ? 'write' : 'ended', writes: process.writes + 1 }, {}, breaks)];
    }
    case 'ended':
      return [];
  }
}

type MakeStep = (does: string, become: Partial<Process>, change?: Partial<State>, breaks?: string) => Step<State>;

/** What somebody makes of the log that it knows. */
function decide(
  { content, active, floor }: Version,
  actor: Actor,
  mustBe: Content | undefined,
  rules: Rules,
  step: MakeStep,
): Step<State> {
  const ended = (does: string): Step<State> => step(does, { at: 'ended' });
  const appends = (entry: Entry): Step<State> => step(`is to append: ${entry}`, { at: 'append', appends: entry });
  switch (actor) {
    case 'withdraws a':
      if (content === null || (content !== 'a' && rules.withdrawalNamesContent))
        return ended('it is withdrawn already');
      if (floor && rules.oneMayWrite) return ended('WithdrawRefusedError: version 1 is retired');
      return active && rules.activeIsKept ? ended('WithdrawRefusedError: it is active') : appends('withdrawn');
    case 'retires 1':
      if (floor) return ended('it is retired already');
      return content === null && rules.oneMayWrite ? ended('RetireRefusedError') : appends('floor');
    case 'publishes b':
      if (content === 'b') return ended('it is published already');
      return content === null ? appends('published b') : ended('VersionTakenError');
    case 'application at a':
    case 'application at b':
      if (content === null) return ended('VersionRetiredError');
      if (mustBe !== undefined && content !== mustBe) return ended('VersionRetiredError');
      if (active || !rules.activeBeforeWrite) return step('may write', { at: 'write' });
      return appends('active');
  }
}
