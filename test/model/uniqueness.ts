/*
 * A key path is unique: of two items with the same key on it only one has the row. Older data may hold conflicts, and
 * older applications must go on all the same: while the path is in *expand*, who meets a conflict leaves an *open* entry
 * in the item's manifest. In *strict* an open entry may be carried while the key is unchanged, and none may be opened.
 * Verify closes what has become free, and finds nothing open before the path is promoted.
 *
 * Two items, two keys. A request is signed (planned, with what its process knows) and executed at the server any time later.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** The sweep waits until no create can commit whose process does not know the path. */
  readonly drainBeforeSweep: boolean;
  /** There is a state in which no entry may be opened, before verify. */
  readonly strict: boolean;
  /** Verify waits until no write can commit whose process does not know *strict*. */
  readonly drainBeforeVerify: boolean;
  /** A write that leaves an entry open obeys the guard of creates: nothing on any row would stop a sleeper. */
  readonly openingIsGuarded: boolean;
  /** In strict, an entry that is open already may be carried while its key is unchanged. */
  readonly openIsCarried: boolean;
  /** Where the primary's condition failed, nothing else of the answer is judged. */
  readonly primaryIsJudgedFirst: boolean;
}

export const allRules: Rules = {
  drainBeforeSweep: true,
  strict: true,
  drainBeforeVerify: true,
  openingIsGuarded: true,
  openIsCarried: true,
  primaryIsJudgedFirst: true,
};

export type ItemName = 0 | 1;
export type Key = 0 | 1;
export type Call = { readonly put: ItemName; readonly key: Key } | { readonly delete: ItemName };

/** What a process knows of the path, and what the registry says: epochs. */
export const UNKNOWN = 0;
export const EXPAND = 1;
export const STRICT = 2;
export const PROMOTED = 3;
type Epoch = typeof UNKNOWN | typeof EXPAND | typeof STRICT | typeof PROMOTED;

export interface Scenario {
  readonly writers: readonly (readonly Call[])[];
  /** The key of each item that is there already, written before the path was known. */
  readonly existing: readonly [Key | null, Key | null];
  /** What the writers know at the start. */
  readonly writersKnow: typeof UNKNOWN | typeof EXPAND;
  /** Processes make other calls too, and so learn of the newest epoch while they hold what they have read. */
  readonly otherCalls?: true;
}

interface Item {
  readonly revision: number;
  readonly key: Key;
  readonly stamp: Epoch;
  /** The manifest: the item has its row, or an open entry, or its writer knew of no path. */
  readonly entry: 'row' | 'open' | null;
}

interface Writer {
  readonly knows: Epoch;
  readonly calls: number;
  readonly at: 'start' | 'plan' | 'plan, leaving it open' | 'sent';
  readonly seen: Item | null;
  readonly sent: { readonly kind: 'row' | 'open' | 'delete'; readonly guarded: boolean } | null;
}

type Phase = 'first drain' | 'sweep' | 'strict' | 'second drain' | 'verify' | 'promote' | 'end';

export interface State {
  readonly items: readonly [Item | null, Item | null];
  /** By key: whose row stands there. */
  readonly rows: readonly [ItemName | null, ItemName | null];
  readonly registry: Epoch;
  /** No guarded write commits any longer whose process knows less than this. */
  readonly drained: Epoch;
  readonly revisions: number;
  readonly writers: readonly Writer[];
  readonly operator: { readonly phase: Phase; /** How many items are done with. */ readonly at: number };
}

const replaced = <T>(pair: readonly [T, T], at: 0 | 1, value: T): readonly [T, T] =>
  at === 0 ? [value, pair[1]] : [pair[0], value];

export function uniqueness(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { writers, existing, writersKnow } = scenario;
  const item = (key: Key | null, revision: number): Item | null =>
    key === null ? null : { revision, key, stamp: UNKNOWN, entry: null };
  const start: State = {
    items: [item(existing[0], 1), item(existing[1], 2)],
    rows: [null, null],
    registry: EXPAND,
    drained: UNKNOWN,
    revisions: 10,
    writers: writers.map(() => ({ knows: writersKnow, calls: 0, at: 'start', seen: null, sent: null })),
    operator: { phase: 'first drain', at: 0 },
  };
  return {
    start,
    steps: (state) => [
      ...state.writers.flatMap((_, index) => writerSteps(state, index, scenario, rules)),
      ...operatorSteps(state, rules),
    ],
    broken,
  };
}

export const callsAreOver = (state: State, { writers }: Scenario): boolean =>
  state.writers.every(({ calls }, index) => calls === writers[index]!.length);

function broken({ items, rows, registry }: State): string | undefined {
  for (const key of [0, 1] as const) {
    const owner = rows[key] === null ? undefined : items[rows[key]];
    if (rows[key] !== null && (owner?.key !== key || owner.entry !== 'row'))
      return 'DANGLING: a row that its owner does not list';
  }
  for (const name of [0, 1] as const) {
    const item = items[name];
    if (item === null) continue;
    if (item.entry === 'row' && rows[item.key] !== name) return 'MANIFEST: an item lists a row that is not its own';
    if (registry === PROMOTED && rows[item.key] !== name)
      return 'INCOMPLETE: the path is promoted, and an item has no row';
  }
  return undefined;
}

function writerSteps(state: State, index: number, scenario: Scenario, rules: Rules): Step<State>[] {
  const writer = state.writers[index]!;
  const call = scenario.writers[index]![writer.calls];
  if (call === undefined) return [];
  const name = 'delete' in call ? call.delete : call.put;
  const label = 'delete' in call ? `delete item ${name}` : `put item ${name} at key ${call.key}`;
  const step: MakeStep = (does, become, change = {}, breaks) => ({
    by: `writer ${index}`,
    does: `${label}: ${does}`,
    to: { ...state, ...change, writers: state.writers.with(index, { ...writer, ...become }) },
    breaks,
  });
  switch (writer.at) {
    case 'start':
      return [step('reads the item', { at: 'plan', seen: state.items[name] })];
    case 'plan':
    case 'plan, leaving it open': {
      const planned = plan(state, writer, call, rules, step);
      if (scenario.otherCalls !== true || writer.knows === state.registry) return [planned];
      return [planned, step('another call of the process reads the registry', { at: 'plan', knows: state.registry })];
    }
    case 'sent':
      return [execute(state, writer, call, name, rules, step)];
  }
}

type MakeStep = (does: string, become: Partial<Writer>, change?: Partial<State>, breaks?: string) => Step<State>;

const again = { at: 'start', seen: null, sent: null } as const;
const over = ({ calls }: Writer): Partial<Writer> => ({ ...again, calls: calls + 1 });

function plan({ registry, drained }: State, writer: Writer, call: Call, rules: Rules, step: MakeStep): Step<State> {
  const { seen, knows } = writer;
  if (seen !== null && seen.stamp > knows)
    return step('meets a newer stamp, reads the registry', { ...again, knows: registry });
  if ('delete' in call) {
    if (seen === null) return step('there is nothing', over(writer));
    return step('signs', { at: 'sent', sent: { kind: 'delete', guarded: false } });
  }
  const open = writer.at === 'plan, leaving it open';
  const guarded = seen === null || (open && rules.openingIsGuarded);
  if (guarded && knows < drained) return step('knows too little, reads the registry', { ...again, knows: registry });
  return step(open ? 'signs, leaving the entry open' : 'signs', {
    at: 'sent',
    sent: { kind: open ? 'open' : 'row', guarded },
  });
}

/** What the server does with a request, and its process with the answer. */
function execute(state: State, writer: Writer, call: Call, name: ItemName, rules: Rules, step: MakeStep): Step<State> {
  const { seen, knows, sent } = writer;
  const item = state.items[name];
  const moved = item?.revision !== seen?.revision;
  const putsRow = !('delete' in call) && sent!.kind === 'row' && knows !== UNKNOWN;
  const owner = putsRow ? state.rows[call.key] : null;
  const taken = putsRow && owner !== null && owner !== name;

  if (moved && (rules.primaryIsJudgedFirst || !taken)) return step('the item is not as it was seen', again);
  if (taken) return conflict(state, writer, call.key, name, moved, rules, step);

  const rows = seen?.entry === 'row' ? replaced(state.rows, seen.key, null) : state.rows;
  if ('delete' in call) return step('is deleted', over(writer), { items: replaced(state.items, name, null), rows });
  const entry = sent!.kind === 'open' ? 'open' : putsRow ? 'row' : null;
  const change = put(state, name, { key: call.key, stamp: knows, entry });
  if (putsRow) return step('is written', over(writer), { ...change, rows: replaced(rows, call.key, name) });
  return step(entry === 'open' ? 'is written, and left open' : 'is written by who knows no path', over(writer), {
    ...change,
    rows,
  });
}

function conflict(
  state: State,
  writer: Writer,
  key: Key,
  name: ItemName,
  moved: boolean,
  rules: Rules,
  step: MakeStep,
): Step<State> {
  const { seen, knows } = writer;
  const isOpen = (item: Item | null): boolean => item?.entry === 'open' && item.key === key;
  const carries = rules.openIsCarried && isOpen(seen);
  if (knows === EXPAND || !rules.strict)
    return step('another item has the row', { at: 'plan, leaving it open', sent: null });
  if (carries && moved) return step('another item has the row', again);
  if (carries) {
    const rows = seen!.entry === 'row' ? replaced(state.rows, seen!.key, null) : state.rows;
    return step('is written, its entry still open', over(writer), {
      ...put(state, name, { key, stamp: knows, entry: 'open' }),
      rows,
    });
  }
  const isFalse = isOpen(state.items[name]);
  const breaks = isFalse ? 'FALSE CONFLICT: the entry was open already, and its key is unchanged' : undefined;
  return step('KeyPathConflictError', over(writer), {}, breaks);
}

function put(state: State, name: ItemName, item: Omit<Item, 'revision'>): Pick<State, 'items' | 'revisions'> {
  const revision = state.revisions + 1;
  return { items: replaced(state.items, name, { revision, ...item }), revisions: revision };
}

/** From expand to promoted, one phase after another. Background work on an item is one step here: see tokens.ts. */
function operatorSteps(state: State, rules: Rules): Step<State>[] {
  const step = (does: string, phase: Phase, at: number, change: Partial<State> = {}): Step<State>[] => [
    { by: 'operator', does, to: { ...state, ...change, operator: { phase, at } } },
  ];
  const underWay = (epoch: Epoch): boolean =>
    state.writers.some(({ at, sent, knows }) => at === 'sent' && sent!.guarded && knows < epoch);
  const { phase, at } = state.operator;
  switch (phase) {
    case 'first drain':
      if (!rules.drainBeforeSweep) return step('does not drain', 'sweep', 0);
      return underWay(EXPAND) ? [] : step('has drained', 'sweep', 0, { drained: EXPAND });
    case 'sweep':
      return step(`sweeps item ${at}`, at === 0 ? 'sweep' : 'strict', at === 0 ? 1 : 0, layOut(state, at as ItemName));
    case 'strict':
      if (!rules.strict) return step('appends no strict', 'verify', 0);
      return step('appends strict', 'second drain', 0, { registry: STRICT });
    case 'second drain':
      if (!rules.drainBeforeVerify) return step('does not drain', 'verify', 0);
      return underWay(STRICT) ? [] : step('has drained', 'verify', 0, { drained: STRICT });
    case 'verify': {
      const item = state.items[at as ItemName];
      if (item === null || item.entry === 'row') {
        return step(`has verified item ${at}`, at === 0 ? 'verify' : 'promote', at === 0 ? 1 : 0);
      }
      // An entry whose key is another item's stays open until some user moves one of them: the path is not promoted.
      return state.rows[item.key] === null
        ? step(`closes the entry of item ${at}`, 'verify', at, layOut(state, at as ItemName))
        : [];
    }
    case 'promote':
      return step('promotes the path', 'end', 0, { registry: PROMOTED });
    case 'end':
      return [];
  }
}

/** Brings an item to the epoch of expand: it has its row then, or an open entry. */
function layOut(state: State, name: ItemName): Partial<State> {
  const item = state.items[name];
  if (item === null || (item.entry === 'row' && item.stamp >= EXPAND)) return {};
  const { key } = item;
  const stamp = item.stamp > EXPAND ? item.stamp : EXPAND;
  const free = state.rows[key] === null || state.rows[key] === name;
  if (!free) return put(state, name, { key, stamp, entry: 'open' });
  return { ...put(state, name, { key, stamp, entry: 'row' }), rows: replaced(state.rows, key, name) };
}
