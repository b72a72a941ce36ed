/*
 * Outcomes. Replies get lost, and requests arrive late: long after their caller gave up waiting, or after the next attempt.
 * What a call reports must be true all the same. A row remembers for that: the revisions of the writes before its last one
 * (`ancestors`, $anc) and the revision of its create (`incarnation`, $inc).
 *
 * One item without other rows. Each process makes one call; each attempt at it is a request with a revision of its own, and
 * the server may execute it at any time after it was sent.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** A write is recognised by the row's ancestors too, not by its revision alone. */
  readonly ancestorsTell: boolean;
  /** What became of a create or a delete is told by the incarnation of the row that stands there. */
  readonly incarnationTells: boolean;
  /** A create is never sent again after an attempt without an answer. */
  readonly createIsSentOnce: boolean;
  /** A row that is still as the call found it proves nothing: an attempt may be applied yet. */
  readonly attemptsStayOpen: boolean;
}

export const allRules: Rules = {
  ancestorsTell: true,
  incarnationTells: true,
  createIsSentOnce: true,
  attemptsStayOpen: true,
};

/** `update` and `delete` start again on the row as it is where another user wrote; `save` fails then. */
export type Call = 'create' | 'update' | 'save' | 'delete';

export interface Scenario {
  /** One call for each process. */
  readonly calls: readonly Call[];
  /** How many ancestors a row remembers. */
  readonly window: number;
  readonly attempts: number;
  /** The processes that lose replies; every one unless it is said. */
  readonly unlucky?: readonly number[];
  /** In doubt, a process may also read the row, in place of sending again. */
  readonly reads?: boolean;
}

interface Row {
  readonly incarnation: number;
  readonly revision: number;
  /** Newest first. */
  readonly ancestors: readonly number[];
}

interface Request {
  /** The revision that the row gets. */
  readonly revision: number;
  /** The revision that the row must have; null: there must be none. */
  readonly seen: number | null;
}

interface Answer {
  readonly applied: boolean;
  /** The row that a failed condition returns. */
  readonly found: Row | null;
}

interface Process {
  readonly at: 'start' | 'send' | 'waits' | 'in doubt' | 'ended';
  readonly seen: Row | null;
  readonly attempts: number;
  /** The revisions of the attempts of this run of the call. */
  readonly mine: readonly number[];
  /** What was sent and not executed yet. */
  readonly underWay: readonly Request[];
  readonly answer: Answer | null;
  /** Some attempt of this run had no answer. */
  readonly doubtful: boolean;
  readonly reports: 'success' | 'failure' | 'unknown' | null;
  /** How often the call was applied: what nobody can see. */
  readonly applied: number;
}

export interface State {
  readonly row: Row | null;
  readonly revisions: number;
  readonly processes: readonly Process[];
}

export function outcomes(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const isThere = !scenario.calls.includes('create') || scenario.calls[0] === 'delete';
  const start: State = {
    row: isThere ? { incarnation: 1, revision: 1, ancestors: [] } : null,
    revisions: 100,
    processes: scenario.calls.map(() => ({
      at: 'start',
      seen: null,
      attempts: 0,
      mine: [],
      underWay: [],
      answer: null,
      doubtful: false,
      reports: null,
      applied: 0,
    })),
  };
  return {
    start,
    steps: (state) =>
      state.processes.flatMap((_, index) => [
        ...serverSteps(state, index, scenario),
        ...processSteps(state, index, scenario, rules),
      ]),
    broken: ({ processes }) => firstOf(processes.map((process, index) => lie(process, scenario.calls[index]!))),
  };
}

export const isOver = ({ processes }: State): boolean =>
  processes.every(({ at, underWay }) => at === 'ended' && underWay.length === 0);

const firstOf = (problems: readonly (string | undefined)[]): string | undefined =>
  problems.find((problem) => problem !== undefined);

function lie({ applied, reports }: Process, call: Call): string | undefined {
  if (applied > 1) return 'TWICE: one call was applied twice';
  if (reports === 'failure' && applied > 0) return 'LIE: a failure was reported, and it was applied';
  // A delete also succeeds where somebody else has deleted the item.
  if (reports === 'success' && applied === 0 && call !== 'delete')
    return 'LIE: success was reported, and it was not applied';
  return undefined;
}

/** The server executes a request; its process hears of it only where it still waits for that attempt. */
function serverSteps(state: State, index: number, { calls, window }: Scenario): Step<State>[] {
  const process = state.processes[index]!;
  return process.underWay.map((request) => {
    const applies = request.seen === (state.row?.revision ?? null);
    const row = applies ? written(state.row, request, process, calls[index]!, window) : state.row;
    const awaited = process.at === 'waits' && process.mine.at(-1) === request.revision;
    const next: Process = {
      ...process,
      underWay: process.underWay.filter((other) => other !== request),
      answer: awaited ? { applied: applies, found: applies ? null : state.row } : process.answer,
      applied: process.applied + (applies ? 1 : 0),
    };
    return {
      by: 'server',
      does: `executes ${calls[index]!} ${request.revision} of process ${index}: ${applies ? 'applied' : 'refused'}`,
      to: { ...state, row, processes: state.processes.with(index, next) },
    };
  });
}

function written(row: Row | null, { revision }: Request, { mine }: Process, call: Call, window: number): Row | null {
  if (call === 'delete') return null;
  if (row === null) return { incarnation: mine[0] ?? revision, revision, ancestors: [] };
  return { incarnation: row.incarnation, revision, ancestors: [row.revision, ...row.ancestors].slice(0, window) };
}

function processSteps(state: State, index: number, scenario: Scenario, rules: Rules): Step<State>[] {
  const process = state.processes[index]!;
  const call = scenario.calls[index]!;
  const step: MakeStep = (does, become, change = {}) => ({
    by: `process ${index}`,
    does: `${call}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
  });
  switch (process.at) {
    case 'start':
      if (call === 'create') return [step('starts', { at: 'send' })];
      if (state.row !== null) return [step('reads the row', { at: 'send', seen: state.row })];
      return [step('finds nothing', { at: 'ended', reports: call === 'delete' ? 'success' : 'failure' })];
    case 'send': {
      if (process.attempts >= scenario.attempts) return [step('gives up', { at: 'ended', reports: 'unknown' })];
      const revision = state.revisions + 1;
      const underWay = [...process.underWay, { revision, seen: process.seen?.revision ?? null }];
      const mine = [...process.mine, revision];
      const sent = { at: 'waits', attempts: process.attempts + 1, mine, underWay, answer: null } as const;
      return [step(`sends ${revision}`, sent, { revisions: revision })];
    }
    case 'waits':
      return hear(process, call, step, rules, scenario.unlucky?.includes(index) ?? true);
    case 'in doubt':
      return resolve(state, process, call, step, rules, scenario);
    case 'ended':
      return [];
  }
}

type MakeStep = (does: string, become: Partial<Process>, change?: Partial<State>) => Step<State>;

function hear(process: Process, call: Call, step: MakeStep, rules: Rules, unlucky: boolean): Step<State>[] {
  const { answer } = process;
  const doubt = { at: 'in doubt', answer: null, doubtful: true } as const;
  if (answer === null) return unlucky ? [step('waits no longer', doubt)] : [];
  const lost = unlucky ? [step('the reply is lost', doubt)] : [];
  if (answer.applied) return [...lost, step('is answered: applied', { at: 'ended', answer: null, reports: 'success' })];
  return [...lost, conclude(process, call, answer.found, step, rules)];
}

function resolve(
  { row }: State,
  process: Process,
  call: Call,
  step: MakeStep,
  rules: Rules,
  { reads = false }: Scenario,
): Step<State>[] {
  const again = step('sends it again', { at: 'send' });
  if (call === 'create') return rules.createIsSentOnce ? [conclude(process, call, row, step, rules)] : [again];
  if (!reads) return [again];
  const untouched = row !== null && row.revision === process.seen!.revision;
  return untouched && rules.attemptsStayOpen ? [again] : [again, conclude(process, call, row, step, rules)];
}

/** What the process makes of the row that stands there, in place of the one that it wanted to write. */
function conclude(process: Process, call: Call, row: Row | null, step: MakeStep, rules: Rules): Step<State> {
  const ended = { at: 'ended', answer: null } as const;
  const verdict = judge(process, call, row, rules);
  if (verdict !== 'another wrote') return step(`reports ${verdict}`, { ...ended, reports: verdict });
  if (row === null || call === 'save') return step('reports failure', { ...ended, reports: 'failure' });
  const fresh = { seen: row, mine: [], answer: null, doubtful: false };
  return step('starts again on the row as it is', { at: 'send', ...fresh });
}

type Conclusion = 'success' | 'failure' | 'unknown' | 'another wrote';

function judge({ doubtful, mine, seen }: Process, call: Call, row: Row | null, rules: Rules): Conclusion {
  if (!doubtful) return call === 'create' ? 'failure' : 'another wrote';
  switch (call) {
    case 'create':
      if (!rules.incarnationTells) return row !== null && mine.includes(row.revision) ? 'success' : 'failure';
      return row !== null && mine.includes(row.incarnation) ? 'success' : 'unknown';
    case 'delete':
      if (row === null) return 'success';
      return rules.incarnationTells && row.incarnation !== seen!.incarnation ? 'success' : 'another wrote';
    case 'update':
    case 'save': {
      if (rules.incarnationTells && row?.incarnation !== seen!.incarnation) return 'unknown';
      if (row === null) return 'another wrote';
      const past = rules.ancestorsTell ? [row.revision, ...row.ancestors] : [row.revision];
      if (mine.some((revision) => past.includes(revision))) return 'success';
      return !rules.ancestorsTell || past.includes(seen!.revision) ? 'another wrote' : 'unknown';
    }
  }
}
