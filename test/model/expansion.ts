/*
 * One item, and a key path that is added while old processes go on writing. The path's row ("the copy") stands under the
 * value of one field. At epoch 0 nobody knows the path; at epoch 1 writers write the copy, sweepers bring the item there,
 * and then readers are told that the path is complete.
 *
 * Here `token` stands for what a write is conditioned on, whatever that is made of; see tokens.ts for what it must be.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** Rows are deleted by the item's own list of them, not by what the writer believes that they are. */
  readonly manifest: boolean;
  /** Whoever meets a stamp that is newer than what it knows reads the registry first. */
  readonly stamp: boolean;
  /** A create fails where an entry was appended that its process does not know. */
  readonly fence: boolean;
  /** A sweep writes only an item that is as it was seen. */
  readonly conditionalSweep: boolean;
  /** A sweep's write gives the item a new token. */
  readonly sweepMovesToken: boolean;
  /** A token is never used again, also where the item was deleted and created anew. */
  readonly uniqueTokens: boolean;
  /** A sweep begins only when no write that passed its fence before is still under way. */
  readonly drain: boolean;
}

export const allRules: Rules = {
  manifest: true,
  stamp: true,
  fence: true,
  conditionalSweep: true,
  sweepMovesToken: true,
  uniqueTokens: true,
  drain: true,
};

export type Key = 0 | 1;
export type Call = { readonly put: Key } | 'delete';

export interface Scenario {
  /** For each writer, the calls that it makes, one after another. */
  readonly writers: readonly (readonly Call[])[];
  /** The field's value in the item that is there already; undefined: there is none. */
  readonly existing?: Key;
  readonly sweepers?: number;
  /** The rows of a create become visible one after another, as DynamoDB's transactions do to a scan. */
  readonly visibleRowByRow?: boolean;
  /** Each sweeper goes over the table twice: what one might try in place of a drain. */
  readonly sweepsTwice?: boolean;
}

interface Item {
  readonly token: number;
  readonly key: Key;
  readonly stamp: 0 | 1;
  /** The manifest: under which key the item has a copy. */
  readonly listed: Key | null;
}

interface Writer {
  readonly knows: 0 | 1;
  /** How many of its calls have ended. */
  readonly calls: number;
  readonly at: 'start' | 'read' | 'fenced' | 'committing';
  readonly seen: Item | null;
  /** The row of a create whose rows become visible one after another. */
  readonly commits: Item | null;
}

interface Sweeper {
  readonly at: 'publish' | 'raise fence' | 'scan' | 'write' | 'promote' | 'done';
  readonly seen: Item | null;
  readonly again: boolean;
}

export interface State {
  readonly item: Item | null;
  /** By key: the token of the copy that stands there. */
  readonly copies: readonly [number | null, number | null];
  readonly registry: 0 | 1;
  readonly fence: 0 | 1;
  readonly promoted: boolean;
  readonly tokens: number;
  /** Rows of a transaction that was decided and is not visible yet: nobody else can write them. */
  readonly locked: { readonly fence: boolean; readonly item: boolean };
  readonly writers: readonly Writer[];
  readonly sweepers: readonly Sweeper[];
}

type Copies = State['copies'];
const withCopy = (copies: Copies, key: Key, token: number | null): Copies =>
  key === 0 ? [token, copies[1]] : [copies[0], token];

const free = { fence: false, item: false };

export function expansion(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { existing, writers, sweepers = 1 } = scenario;
  const start: State = {
    item: existing === undefined ? null : { token: 1, key: existing, stamp: 0, listed: null },
    copies: [null, null],
    registry: 0,
    fence: 0,
    promoted: false,
    tokens: existing === undefined ? 0 : 1,
    locked: free,
    writers: writers.map(() => ({ knows: 0, calls: 0, at: 'start', seen: null, commits: null })),
    sweepers: Array.from({ length: sweepers }, () => ({ at: 'publish', seen: null, again: false })),
  };
  return {
    start,
    steps: (state) => [
      ...state.writers.flatMap((_, index) => writerSteps(state, index, scenario, rules)),
      ...state.sweepers.flatMap((_, index) => sweeperSteps(state, index, scenario, rules)),
    ],
    broken,
  };
}

/** True where every writer has made its calls and every sweeper has gone home. */
export const isOver = (state: State, { writers }: Scenario): boolean =>
  state.writers.every(({ calls }, index) => calls === writers[index]!.length) &&
  state.sweepers.every(({ at }) => at === 'done');

function broken({ item, copies, promoted, writers }: State): string | undefined {
  if (writers.some(({ at }) => at === 'committing')) return undefined;
  const keys = ([0, 1] as const).filter((key) => copies[key] !== null);
  if (item === null) return keys.length > 0 ? 'ORPHAN: a copy of an item that is gone' : undefined;
  if (!promoted) return undefined;
  if (copies[item.key] === null) return 'MISSING: readers were promised that the item is there';
  if (copies[item.key] !== item.token) return 'STALE: the copy is not the item';
  return keys.length > 1 ? 'EXTRA: the item has a copy that it does not list' : undefined;
}

function nextToken({ tokens, item }: State, rules: Rules): { readonly token: number; readonly tokens: number } {
  return rules.uniqueTokens ? { token: tokens + 1, tokens: tokens + 1 } : { token: (item?.token ?? 0) + 1, tokens };
}

function writerSteps(state: State, index: number, scenario: Scenario, rules: Rules): Step<State>[] {
  const writer = state.writers[index]!;
  const call = scenario.writers[index]![writer.calls];
  if (call === undefined) return [];
  const name = call === 'delete' ? 'delete' : `put ${call.put}`;
  const step = (does: string, become: Partial<Writer>, change: Partial<State> = {}): Step<State> => ({
    by: `writer ${index}`,
    does: `${name}: ${does}`,
    to: { ...state, ...change, writers: state.writers.with(index, { ...writer, ...become }) },
  });
  const over = { calls: writer.calls + 1, at: 'start', seen: null, commits: null } as const;
  const again = { at: 'start', seen: null } as const;
  const { knows, seen } = writer;

  switch (writer.at) {
    case 'start':
      return [step('reads the item', { at: 'read', seen: state.item })];
    case 'fenced':
      return [step('reads the registry', { ...again, knows: state.registry })];
    case 'committing':
      return visible(state, writer.commits!, step, over);
    case 'read':
      if (rules.stamp && seen !== null && seen.stamp > knows) {
        return [step('meets a newer stamp, reads the registry', { ...again, knows: state.registry })];
      }
      if (state.locked.item) return [step('TransactionConflict', again)];
      if (seen === null && call === 'delete') return [step('nothing to delete', over)];
      if (seen?.token !== state.item?.token) return [step('the item is not as it was seen', again)];
      if (call === 'delete') return [step('deletes', over, { item: null, copies: withoutOld(state, writer, rules) })];
      if (seen === null) return create(state, writer, call.put, scenario, rules, step, over);
      return [update(state, writer, call.put, rules, step, over)];
  }
}

type MakeStep = (does: string, become: Partial<Writer>, change?: Partial<State>) => Step<State>;

/** The copies without the one that the item has had so far, as far as the writer knows of it. */
function withoutOld({ copies }: State, { seen, knows }: Writer, rules: Rules): Copies {
  if (rules.manifest && seen!.listed !== null) return withCopy(copies, seen!.listed, null);
  return knows === 1 ? withCopy(copies, seen!.key, null) : copies;
}

function update(
  state: State,
  writer: Writer,
  key: Key,
  rules: Rules,
  step: MakeStep,
  over: Partial<Writer>,
): Step<State> {
  const { knows, seen } = writer;
  const { token, tokens } = nextToken(state, rules);
  let { copies } = state;
  if (rules.manifest && seen!.listed !== null) copies = withCopy(copies, seen!.listed, null);
  else if (!rules.manifest && knows === 1) copies = withCopy(copies, seen!.key, null);
  if (knows === 1) copies = withCopy(copies, key, token);
  const item: Item = { token, key, stamp: knows, listed: knows === 1 ? key : null };
  return step(`updates at epoch ${knows}`, over, { item, copies, tokens });
}

function create(
  state: State,
  { knows }: Writer,
  key: Key,
  { visibleRowByRow }: Scenario,
  rules: Rules,
  step: MakeStep,
  over: Partial<Writer>,
): Step<State>[] {
  if (rules.fence && knows < state.fence) return [step('is stopped by the fence', { at: 'fenced', seen: null })];
  const { token, tokens } = nextToken({ ...state, item: null }, rules);
  const item: Item = { token, key, stamp: knows, listed: knows === 1 ? key : null };
  if (visibleRowByRow !== true) {
    const copies = knows === 1 ? withCopy(state.copies, key, token) : state.copies;
    return [step(`creates at epoch ${knows}`, over, { item, copies, tokens })];
  }
  if (rules.fence && state.locked.fence) return [step('TransactionConflict', { at: 'start', seen: null })];
  const locked = { fence: rules.fence, item: true };
  return [
    step(`commits a create at epoch ${knows}`, { at: 'committing', seen: null, commits: item }, { tokens, locked }),
  ];
}

function visible(state: State, item: Item, step: MakeStep, over: Partial<Writer>): Step<State>[] {
  const { locked } = state;
  const steps: Step<State>[] = [];
  if (locked.fence) steps.push(step('lets the fence go', {}, { locked: { ...locked, fence: false } }));
  if (locked.item) {
    const copies = item.listed === null ? state.copies : withCopy(state.copies, item.key, item.token);
    steps.push(step('its rows can be seen', {}, { item, copies, locked: { ...locked, item: false } }));
  }
  if (!locked.fence && !locked.item) steps.push(step('ends', over));
  return steps;
}

function sweeperSteps(state: State, index: number, { sweepsTwice = false }: Scenario, rules: Rules): Step<State>[] {
  const sweeper = state.sweepers[index]!;
  const step = (does: string, become: Partial<Sweeper>, change: Partial<State> = {}): Step<State> => ({
    by: `sweeper ${index}`,
    does,
    to: { ...state, ...change, sweepers: state.sweepers.with(index, { ...sweeper, ...become }) },
  });
  const { seen } = sweeper;
  switch (sweeper.at) {
    case 'publish':
      return [step('the key path is published', { at: 'raise fence' }, { registry: 1 })];
    case 'raise fence':
      if (!rules.fence) return [step('drains', { at: 'scan' })];
      return state.locked.fence ? [] : [step('raises the fence', { at: 'scan' }, { fence: 1 })];
    case 'scan':
      if (rules.drain && (state.locked.fence || state.locked.item)) return [];
      return [step('reads the item', { at: 'write', seen: state.item })];
    case 'write':
      if (seen === null || seen.stamp === 1) {
        const once = sweepsTwice && !sweeper.again;
        return [
          step('has nothing to do', { at: once ? 'scan' : 'promote', seen: null, again: sweepsTwice || sweeper.again }),
        ];
      }
      if (!rules.conditionalSweep) {
        const copies = withCopy(state.copies, seen.key, seen.token);
        return [step('puts the copy', { at: 'promote', seen: null }, { copies })];
      }
      if (state.locked.item) return [step('TransactionConflict', { at: 'scan', seen: null })];
      if (state.item?.token !== seen.token) return [step('the item is not as it was seen', { at: 'scan', seen: null })];
      return [step('stamps the item and puts the copy', { at: 'promote', seen: null }, sweep(state, seen, rules))];
    case 'promote': {
      const others = state.sweepers.filter((_, other) => other !== index);
      return [step('ends', { at: 'done' }, { promoted: others.every(({ at }) => at === 'done') })];
    }
    case 'done':
      return [];
  }
}

/** What is written comes from what was seen, as it does in a sweep that scans. */
function sweep(state: State, seen: Item, rules: Rules): Partial<State> {
  const moved = rules.uniqueTokens ? nextToken(state, rules) : { token: seen.token + 1, tokens: state.tokens };
  const { token, tokens } = rules.sweepMovesToken ? moved : { token: seen.token, tokens: state.tokens };
  const item: Item = { token, key: seen.key, stamp: 1, listed: seen.key };
  return { item, copies: withCopy(state.copies, seen.key, token), tokens };
}
