/*
 * What a write is conditioned on. Users' writes and background work (a sweep, a repair) meet on one item. An entity may
 * have been loaded long before it is saved, so a save must tell a user's write in between, which is an
 * OptimisticLockError, from background work, of which no user may ever hear: that is why there are two tokens, `revision`
 * ($rev: which user's write this is) and `layout` ($lay: how many background writes came since).
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** Background work leaves the revision as it is. */
  readonly backgroundKeepsRevision: boolean;
  /** Background work counts the layout up, and every write is conditioned on it too. */
  readonly layoutCondition: boolean;
  /** What tells the layout is a count of its own, not the stamp: background work may write at an unchanged stamp. */
  readonly layoutIsNotStamp: boolean;
  /** A save of what was loaded through a copy, which has no manifest, reads the primary row first. */
  readonly copyReadsPrimaryFirst: boolean;
  /** Where only the layout moved, a save goes on from the row as it is now. */
  readonly goesOnFromRowOfNow: boolean;
}

export const allRules: Rules = {
  backgroundKeepsRevision: true,
  layoutCondition: true,
  layoutIsNotStamp: true,
  copyReadsPrimaryFirst: true,
  goesOnFromRowOfNow: true,
};

export type Key = 0 | 1;
export type Call =
  { readonly save: Key; /** Loaded through a copy, where there is one. */ readonly throughCopy?: true } | 'delete';

export interface Scenario {
  /** For each writer, the calls that it makes; each loads the item first. */
  readonly writers: readonly (readonly Call[])[];
  readonly sweepers?: number;
  /** Everybody knows the key path already, and the item has an open entry that a repair closes. */
  readonly repair?: boolean;
}

interface Item {
  readonly revision: number;
  readonly layout: number;
  readonly key: Key;
  readonly stamp: 0 | 1;
  /** The manifest: under which key the item has a copy. */
  readonly listed: Key | null;
  /** Which user's write made the content: what the tokens should tell, and nobody can see. */
  readonly content: number;
}

interface Copy {
  readonly revision: number;
  readonly content: number;
}

interface Writer {
  readonly knows: 0 | 1;
  readonly calls: number;
  readonly loaded: boolean;
  readonly seen: Item | null;
}

interface Sweeper {
  readonly at: 'publish' | 'scan' | 'write' | 'promote' | 'done';
  readonly seen: Item | null;
}

export interface State {
  readonly item: Item | null;
  readonly copies: readonly [Copy | null, Copy | null];
  readonly registry: 0 | 1;
  readonly promoted: boolean;
  readonly numbers: number;
  readonly writers: readonly Writer[];
  readonly sweepers: readonly Sweeper[];
  readonly repair: { readonly at: 'read' | 'write' | 'done'; readonly seen: Item | null };
}

type Copies = State['copies'];
const withCopy = (copies: Copies, key: Key, copy: Copy | null): Copies =>
  key === 0 ? [copy, copies[1]] : [copies[0], copy];

export function tokens(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { writers, sweepers = 1, repair = false } = scenario;
  const epoch = repair ? 1 : 0;
  const start: State = {
    item: { revision: 1, layout: 0, key: 0, stamp: epoch, listed: null, content: 0 },
    copies: [null, null],
    registry: 0,
    promoted: false,
    numbers: 1,
    writers: writers.map(() => ({ knows: epoch, calls: 0, loaded: false, seen: null })),
    sweepers: Array.from({ length: sweepers }, () => ({ at: 'publish', seen: null })),
    repair: { at: repair ? 'read' : 'done', seen: null },
  };
  return {
    start,
    steps: (state) => [
      ...state.writers.flatMap((_, index) => writerSteps(state, index, scenario, rules)),
      ...state.sweepers.flatMap((_, index) => sweeperSteps(state, index, rules)),
      ...repairSteps(state, rules),
    ],
    broken,
  };
}

export const isOver = (state: State, { writers }: Scenario): boolean =>
  state.writers.every(({ calls }, index) => calls === writers[index]!.length) &&
  state.sweepers.every(({ at }) => at === 'done') &&
  state.repair.at === 'done';

function broken({ item, copies, promoted }: State): string | undefined {
  const keys = ([0, 1] as const).filter((key) => copies[key] !== null);
  if (item === null) return keys.length > 0 ? 'ORPHAN: a copy of an item that is gone' : undefined;
  if (item.listed !== null && copies[item.listed] === null)
    return 'MISSING: the manifest lists a row that is not there';
  if (keys.some((key) => key !== item.listed)) return 'EXTRA: the item has a copy that its manifest does not list';
  if (keys.some((key) => copies[key]!.content !== item.content)) return 'STALE: the copy is not the item';
  return promoted && copies[item.key] === null ? 'MISSING: readers were promised that the item is there' : undefined;
}

/** Whether the condition of a write holds, given the item as its writer saw it. */
function asSeen(item: Item | null, seen: Item, rules: Rules): boolean {
  if (item === null || item.revision !== seen.revision) return false;
  if (!rules.layoutIsNotStamp) return item.stamp === seen.stamp;
  return !rules.layoutCondition || item.layout === seen.layout;
}

function writerSteps(state: State, index: number, scenario: Scenario, rules: Rules): Step<State>[] {
  const writer = state.writers[index]!;
  const call = scenario.writers[index]![writer.calls];
  if (call === undefined) return [];
  const name = call === 'delete' ? 'delete' : `save ${call.save}`;
  const step = (does: string, become: Partial<Writer>, change: Partial<State> = {}, breaks?: string): Step<State> => ({
    by: `writer ${index}`,
    does: `${name}: ${does}`,
    to: { ...state, ...change, writers: state.writers.with(index, { ...writer, ...become }) },
    ...(breaks === undefined ? {} : { breaks }),
  });
  const over = { calls: writer.calls + 1, loaded: false, seen: null };
  const { item } = state;
  const { knows, seen } = writer;

  if (!writer.loaded) return load(state, call, rules, step);
  if (seen === null) {
    if (call === 'delete') return [step('there is nothing', over)];
    if (item !== null) return [step('ItemExistsError', over)];
    // The guard of creates is left out: see expansion.ts. Here a create knows the newest epoch.
    return [step('creates', { ...over, knows: state.registry }, put(state, null, state.registry, call.save))];
  }
  if (seen.stamp > knows) return [step('meets a newer stamp, reads the registry', { knows: state.registry })];
  if (!asSeen(item, seen, rules)) {
    if (item === null || item.content !== seen.content) return [step('OptimisticLockError', over)];
    if (item.revision === seen.revision) {
      return [step('only the layout moved: again', { seen: rules.goesOnFromRowOfNow ? item : seen })];
    }
    return [step('OptimisticLockError', over, {}, 'SPURIOUS: an OptimisticLockError, and no user wrote')];
  }
  if (call === 'delete') {
    const copies = seen.listed === null ? state.copies : withCopy(state.copies, seen.listed, null);
    return [step('deletes', over, { item: null, copies })];
  }
  return [step(`saves at epoch ${knows}`, over, put(state, seen, knows, call.save))];
}

type MakeStep = (does: string, become: Partial<Writer>, change?: Partial<State>) => Step<State>;

function load({ item, copies }: State, call: Call, rules: Rules, step: MakeStep): Step<State>[] {
  const steps = [step('loads the item', { loaded: true, seen: item })];
  if (call === 'delete' || call.throughCopy !== true) return steps;
  for (const key of [0, 1] as const) {
    const copy = copies[key];
    if (copy === null || item === null) continue;
    // What the copy says is the item, but for its manifest. The primary, read first, has one, or another revision.
    const seen = rules.copyReadsPrimaryFirst ? { ...item, ...copy } : { ...item, ...copy, listed: null };
    steps.push(step('loads the item through its copy', { loaded: true, seen }));
  }
  return steps;
}

/** One transaction: the primary row, its copy where the writer knows the path, and away with the copy it had. */
function put(state: State, seen: Item | null, knows: 0 | 1, key: Key): Partial<State> {
  const revision = state.numbers + 1;
  const item: Item = { revision, layout: 0, key, stamp: knows, listed: knows === 1 ? key : null, content: revision };
  let { copies } = state;
  if (seen !== null && seen.listed !== null) copies = withCopy(copies, seen.listed, null);
  if (knows === 1) copies = withCopy(copies, key, { revision, content: revision });
  return { item, copies, numbers: revision };
}

function sweeperSteps(state: State, index: number, rules: Rules): Step<State>[] {
  const sweeper = state.sweepers[index]!;
  const step = (does: string, become: Partial<Sweeper>, change: Partial<State> = {}): Step<State> => ({
    by: `sweeper ${index}`,
    does,
    to: { ...state, ...change, sweepers: state.sweepers.with(index, { ...sweeper, ...become }) },
  });
  const { item } = state;
  const { seen } = sweeper;
  switch (sweeper.at) {
    case 'publish':
      return [step('the key path is published', { at: 'scan' }, { registry: 1 })];
    case 'scan':
      return [step('reads the item', { at: 'write', seen: item })];
    case 'write':
      if (seen === null || (seen.stamp === 1 && seen.listed !== null)) {
        return [step('has nothing to do', { at: 'promote', seen: null })];
      }
      if (!isSame(item, seen)) return [step('the item is not as it was seen', { at: 'scan', seen: null })];
      return [step('brings the item to the epoch', { at: 'promote', seen: null }, layOut(state, item!, rules))];
    case 'promote': {
      const others = state.sweepers.filter((_, other) => other !== index);
      return [step('ends', { at: 'done' }, { promoted: others.every(({ at }) => at === 'done') })];
    }
    case 'done':
      return [];
  }
}

/** Background work at the stamp that the item has already: an open entry whose key has become free is closed. */
function repairSteps(state: State, rules: Rules): Step<State>[] {
  const step = (does: string, repair: State['repair'], change: Partial<State> = {}): Step<State> => ({
    by: 'repair',
    does,
    to: { ...state, ...change, repair },
  });
  const { item } = state;
  const { at, seen } = state.repair;
  if (at === 'done') return [];
  if (at === 'read') return [step('reads the item', { at: 'write', seen: item })];
  if (!isSame(item, seen)) return [step('the item is not as it was seen', { at: 'read', seen: null })];
  if (item === null || item.stamp < 1 || item.listed !== null)
    return [step('has nothing to do', { at: 'done', seen: null })];
  return [step('puts the copy', { at: 'done', seen: null }, layOut(state, item, rules))];
}

const isSame = (item: Item | null, seen: Item | null): boolean =>
  item === null || seen === null
    ? item === seen
    : item.revision === seen.revision &&
      item.layout === seen.layout &&
      item.stamp === seen.stamp &&
      item.listed === seen.listed;

function layOut(state: State, item: Item, rules: Rules): Partial<State> {
  const numbers = rules.backgroundKeepsRevision ? state.numbers : state.numbers + 1;
  const revision = rules.backgroundKeepsRevision ? item.revision : numbers;
  const next: Item = { ...item, revision, layout: item.layout + 1, stamp: 1, listed: item.key };
  return { item: next, copies: withCopy(state.copies, item.key, { revision, content: item.content }), numbers };
}
