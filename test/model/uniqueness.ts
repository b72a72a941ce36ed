/*
 * A key path is unique: of two items with the same key on it only one has the row. Older data may hold conflicts, and
 * older applications must go on all the same: while the path is in *expand*, who meets a conflict leaves an *open* entry
 * in the item's manifest; in *strict* none is opened. An open entry whose key is unchanged is *carried*: nobody tries for
 * its row but verify, which closes what has become free, and finds nothing open before the path is promoted.
 *
 * A default that only older readers get is a key that nobody chose: items that meet there are left open in every state.
 *
 * A few items, two keys. A request is signed (planned, with what its process knows) and executed at the server any time
 * later.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** The sweep waits until no create can commit whose process does not know the path. */
  readonly drainBeforeSweep: boolean;
  /** There is a state in which no entry may be opened, before verify. */
  readonly strict: boolean;
  /** Verify waits until no write can commit whose process does not know *strict*. */
  readonly drainBeforeVerify: boolean;
  /** A write that opens an entry obeys the guard of creates: nothing on any row would stop a sleeper. */
  readonly openingIsGuarded: boolean;
  /** An entry that is open already is carried while its key is unchanged. */
  readonly openIsCarried: boolean;
  /** On a promoted path an entry is carried only while the item has the default of older readers. */
  readonly valueIsTried: boolean;
  /** On a promoted path an entry is carried only by a process that met the key taken a short while ago. */
  readonly takenIsTriedAgain: boolean;
  /** Of a key that somebody chose, an entry is opened without a try in expand only. */
  readonly untriedOnlyInExpand: boolean;
  /** No entry is opened without a try in the place of a row that the item has. */
  readonly rowIsKept: boolean;
  /** Verify goes on trying for the row of an item that users write meanwhile. */
  readonly verifyGoesOn: boolean;
  /** Where the primary's condition failed, nothing else of the answer is judged. */
  readonly primaryIsJudgedFirst: boolean;
}

export const allRules: Rules = {
  drainBeforeSweep: true,
  strict: true,
  drainBeforeVerify: true,
  openingIsGuarded: true,
  openIsCarried: true,
  valueIsTried: true,
  takenIsTriedAgain: true,
  untriedOnlyInExpand: true,
  rowIsKept: true,
  verifyGoesOn: true,
  primaryIsJudgedFirst: true,
};

export type ItemName = 0 | 1 | 2;
export type Key = 0 | 1;
export type Call =
  /** Creates the item, or gives it this value. */
  | { readonly put: ItemName; readonly key: Key }
  /** Changes something else of the item. */
  | { readonly save: ItemName }
  | { readonly delete: ItemName };

/** What a process knows of the path, and what the registry says: epochs. */
export const UNKNOWN = 0;
export const EXPAND = 1;
export const STRICT = 2;
export const PROMOTED = 3;
type Epoch = typeof UNKNOWN | typeof EXPAND | typeof STRICT | typeof PROMOTED;

export interface Scenario {
  readonly writers: readonly (readonly Call[])[];
  /** The key of each item that is there already, written before the path was known. */
  readonly existing: readonly (Key | null)[];
  /** What the writers know at the start. */
  readonly writersKnow: typeof UNKNOWN | typeof EXPAND;
  /** Processes make other calls too, and so learn of the newest epoch while they hold what they have read. */
  readonly otherCalls?: true;
  /**
   * The path is promoted, all know that, and 0 is the default of older readers: the items that are there have no value.
   * The first of them has the row.
   */
  readonly olderDefault?: boolean;
  /** Entries may be opened without a try. */
  readonly untried?: true;
}

interface Item {
  readonly revision: number;
  /** How many layout writes since that revision. */
  readonly layout: number;
  readonly key: Key;
  /** False where the key is the default of older readers. */
  readonly hasValue: boolean;
  readonly stamp: Epoch;
  /** The manifest: the item has its row, or an open entry, or its writer knew of no path. */
  readonly entry: 'row' | 'open' | null;
}

/** A request. */
interface Sent {
  readonly kind: 'row' | 'open' | 'delete';
  readonly guarded: boolean;
  /** Whether its process remembered then that the key was taken. */
  readonly met: boolean;
}

interface Writer {
  readonly knows: Epoch;
  readonly calls: number;
  readonly at: 'start' | 'plan' | 'plan, leaving it open' | 'sent';
  readonly seen: Item | null;
  readonly sent: Sent | null;
  /** The process met the key taken a short while ago. */
  readonly met: boolean;
}

type Phase = 'first drain' | 'sweep' | 'strict' | 'second drain' | 'verify' | 'close' | 'promote' | 'end';

export interface State {
  readonly items: readonly (Item | null)[];
  /** By key: whose row stands there. */
  readonly rows: readonly (ItemName | null)[];
  readonly registry: Epoch;
  /** No guarded write commits any longer whose process knows less than this. */
  readonly drained: Epoch;
  readonly revisions: number;
  readonly writers: readonly Writer[];
  readonly operator: {
    readonly phase: Phase;
    /** How many items are done with. */
    readonly at: number;
    readonly seen: Item | null;
  };
}

export function uniqueness(scenario: Scenario, rules: Rules = allRules): Model<State> {
  return {
    start: startOf(scenario),
    steps: (state) => [
      ...state.writers.flatMap((_, index) => writerSteps(state, index, scenario, rules)),
      ...operatorSteps(state, rules),
    ],
    broken,
  };
}

function startOf({ writers, existing, writersKnow, olderDefault = false }: Scenario): State {
  const first = existing.indexOf(0);
  const item = (key: Key | null, name: number): Item | null => {
    if (key === null) return null;
    const common = { revision: name + 1, layout: 0, key, hasValue: !olderDefault };
    if (!olderDefault) return { ...common, stamp: UNKNOWN, entry: null };
    return { ...common, stamp: PROMOTED, entry: name === first ? 'row' : 'open' };
  };
  return {
    items: existing.map(item),
    rows: [olderDefault ? (first as ItemName) : null, null],
    registry: olderDefault ? PROMOTED : EXPAND,
    drained: olderDefault ? PROMOTED : UNKNOWN,
    revisions: 10,
    writers: writers.map(() => ({
      knows: olderDefault ? PROMOTED : writersKnow,
      calls: 0,
      at: 'start',
      seen: null,
      sent: null,
      met: olderDefault,
    })),
    operator: { phase: olderDefault ? 'end' : 'first drain', at: 0, seen: null },
  };
}

export const callsAreOver = (state: State, { writers }: Scenario): boolean =>
  state.writers.every(({ calls }, index) => calls === writers[index]!.length);

function broken({ items, rows, registry }: State): string | undefined {
  for (const key of [0, 1] as const) {
    const owner = rows[key] === null ? undefined : items[rows[key]!];
    if (rows[key] !== null && (owner?.key !== key || owner.entry !== 'row'))
      return 'DANGLING: a row that its owner does not list';
  }
  for (const [name, item] of items.entries()) {
    if (item === null) continue;
    if (item.entry === 'row' && rows[item.key] !== name) return 'MANIFEST: an item lists a row that is not its own';
    if (registry === PROMOTED && item.hasValue && rows[item.key] !== name)
      return 'INCOMPLETE: the path is promoted, and an item has no row';
  }
  return undefined;
}

const itemOf = (call: Call): ItemName => ('put' in call ? call.put : 'save' in call ? call.save : call.delete);

function writerSteps(state: State, index: number, scenario: Scenario, rules: Rules): Step<State>[] {
  const writer = state.writers[index]!;
  const call = scenario.writers[index]![writer.calls];
  if (call === undefined) return [];
  const name = itemOf(call);
  const label =
    'put' in call ? `put item ${name} at key ${call.key}` : `${'save' in call ? 'save' : 'delete'} item ${name}`;
  const step: MakeStep = (does, become, change = {}, breaks) => ({
    by: `writer ${index}`,
    does: `${label}: ${does}`,
    to: { ...state, ...change, writers: state.writers.with(index, { ...writer, ...become }) },
    breaks,
  });
  const forgets = writer.met ? [step('a minute goes by', { met: false })] : [];
  switch (writer.at) {
    case 'start':
      return [...forgets, step('reads the item', { at: 'plan', seen: state.items[name]! })];
    case 'plan':
    case 'plan, leaving it open': {
      const planned = plan(state, writer, call, scenario, rules, step);
      if (scenario.otherCalls !== true || writer.knows === state.registry) return [...forgets, ...planned];
      return [
        ...planned,
        step('another call of the process reads the registry', { at: 'plan', knows: state.registry }),
      ];
    }
    case 'sent':
      return [execute(state, writer, call, rules, step)];
  }
}

type MakeStep = (does: string, become: Partial<Writer>, change?: Partial<State>, breaks?: string) => Step<State>;

const again = { at: 'start', seen: null, sent: null } as const;
const over = ({ calls }: Writer): Partial<Writer> => ({ ...again, calls: calls + 1 });

/** The key that an item is to have, and whether that is a value of its own. */
function wanted(call: Exclude<Call, { readonly delete: ItemName }>, seen: Item | null): Pick<Item, 'key' | 'hasValue'> {
  return 'put' in call ? { key: call.key, hasValue: true } : { key: seen!.key, hasValue: seen!.hasValue };
}

const isOpenAt = (item: Item | null, key: Key): boolean => item?.entry === 'open' && item.key === key;

function plan(
  { registry, drained }: State,
  writer: Writer,
  call: Call,
  scenario: Scenario,
  rules: Rules,
  step: MakeStep,
): Step<State>[] {
  const { seen, knows, met } = writer;
  if (seen !== null && seen.stamp > knows)
    return [step('meets a newer stamp, reads the registry', { ...again, knows: registry })];
  if ('delete' in call || 'save' in call) {
    if (seen === null) return [step('there is nothing', over(writer))];
    if ('delete' in call) return [step('signs', { at: 'sent', sent: { kind: 'delete', guarded: false, met } })];
  }
  const { key, hasValue } = wanted(call, seen);
  const sign = (does: string, kind: Sent['kind']): Step<State> => {
    const opens = kind === 'open' && !isOpenAt(seen, key);
    const guarded = seen === null || (opens && rules.openingIsGuarded);
    if (guarded && knows < drained) return step('knows too little, reads the registry', { ...again, knows: registry });
    // Who leaves it open after a try has met it just now.
    return step(does, { at: 'sent', sent: { kind, guarded, met: met || writer.at !== 'plan' } });
  };
  if (writer.at === 'plan, leaving it open') return [sign('signs, leaving the entry open', 'open')];
  if (isCarried(writer, key, hasValue, rules)) return [sign('signs, carrying the open entry', 'open')];
  const tries = sign('signs', 'row');
  const chosen = knows === EXPAND || !rules.untriedOnlyInExpand;
  const mayOpen = scenario.untried === true && knows !== UNKNOWN && (chosen || (!hasValue && met));
  if (!mayOpen || (rules.rowIsKept && seen?.entry === 'row' && seen.key === key)) return [tries];
  const opens = sign('signs, opening an entry without a try', 'open');
  // Who remembers that a default is taken does not try: the step would be another process's.
  return chosen ? [tries, opens] : [opens];
}

function isCarried({ seen, knows, met }: Writer, key: Key, hasValue: boolean, rules: Rules): boolean {
  if (!rules.openIsCarried || knows === UNKNOWN || !isOpenAt(seen, key)) return false;
  if (knows !== PROMOTED) return !hasValue || seen!.hasValue;
  return (!hasValue || !rules.valueIsTried) && (met || !rules.takenIsTriedAgain);
}

/** What the server does with a request, and its process with the answer. */
function execute(state: State, writer: Writer, call: Call, rules: Rules, step: MakeStep): Step<State> {
  const { seen, knows, sent } = writer;
  const name = itemOf(call);
  const item = state.items[name]!;
  const moved = item?.revision !== seen?.revision || item?.layout !== seen?.layout;
  const target = 'delete' in call ? undefined : wanted(call, seen);
  const putsRow = target !== undefined && sent!.kind === 'row' && knows !== UNKNOWN;
  const owner = putsRow ? state.rows[target.key]! : null;
  const taken = putsRow && owner !== null && owner !== name;

  if (moved && (rules.primaryIsJudgedFirst || !taken)) return step('the item is not as it was seen', again);
  if (taken) return conflict(state, writer, name, target, rules, step);

  const rows = seen?.entry === 'row' ? state.rows.with(seen.key, null) : state.rows;
  if (target === undefined) return step('is deleted', over(writer), { items: state.items.with(name, null), rows });
  const entry = sent!.kind === 'open' ? 'open' : putsRow ? 'row' : null;
  const change = put(state, name, { ...target, stamp: knows, entry });
  if (putsRow) return step('is written', over(writer), { ...change, rows: rows.with(target.key, name) });
  const does = entry === 'open' ? 'is written, and left open' : 'is written by who knows no path';
  return step(does, over(writer), { ...change, rows }, leftOpen(state, writer, target));
}

/** What is wrong with an entry that is written open. */
function leftOpen(state: State, { seen, sent, knows }: Writer, { key }: Pick<Item, 'key'>): string | undefined {
  if (sent!.kind !== 'open') return undefined;
  if (seen?.entry === 'row' && seen.key === key) return 'GIVEN UP: an item had its row, and has an open entry now';
  if (knows === PROMOTED && !sent!.met && state.rows[key] === null)
    return 'UNFOUND: nobody has the row at the default, and an item was written without a try for it';
  return undefined;
}

function conflict(
  state: State,
  writer: Writer,
  name: ItemName,
  { key, hasValue }: Pick<Item, 'key' | 'hasValue'>,
  rules: Rules,
  step: MakeStep,
): Step<State> {
  const { seen, knows } = writer;
  const carries = rules.openIsCarried && knows === STRICT && isOpenAt(seen, key);
  const mayOpen = knows === EXPAND || !rules.strict || !hasValue || carries;
  if (mayOpen) return step('another item has the row', { at: 'plan, leaving it open', sent: null, met: !hasValue });
  const isFalse = knows === STRICT && isOpenAt(state.items[name]!, key);
  const breaks = isFalse ? 'FALSE CONFLICT: the entry was open already, and its key is unchanged' : undefined;
  return step('KeyPathConflictError', over(writer), {}, breaks);
}

function put(
  state: State,
  name: ItemName,
  item: Omit<Item, 'revision' | 'layout'>,
): Pick<State, 'items' | 'revisions'> {
  const revision = state.revisions + 1;
  return { items: state.items.with(name, { revision, layout: 0, ...item }), revisions: revision };
}

/** From expand to promoted, one phase after another. */
function operatorSteps(state: State, rules: Rules): Step<State>[] {
  const step = (
    does: string,
    phase: Phase,
    at: number,
    change: Partial<State> = {},
    breaks?: string,
  ): Step<State>[] => [
    { by: 'operator', does, to: { ...state, ...change, operator: { phase, at, seen: null } }, breaks },
  ];
  const underWay = (epoch: Epoch): boolean =>
    state.writers.some(({ at, sent, knows }) => at === 'sent' && sent!.guarded && knows < epoch);
  const { phase, at, seen } = state.operator;
  const isLast = at === state.items.length - 1;
  const name = at as ItemName;
  switch (phase) {
    case 'first drain':
      if (!rules.drainBeforeSweep) return step('does not drain', 'sweep', 0);
      return underWay(EXPAND) ? [] : step('has drained', 'sweep', 0, { drained: EXPAND });
    case 'sweep': {
      const swept = (state.items[name]?.stamp ?? EXPAND) >= EXPAND ? {} : layOut(state, name, EXPAND);
      return step(`sweeps item ${at}`, isLast ? 'strict' : 'sweep', isLast ? 0 : at + 1, swept);
    }
    case 'strict':
      if (!rules.strict) return step('appends no strict', 'verify', 0);
      return step('appends strict', 'second drain', 0, { registry: STRICT });
    case 'second drain':
      if (!rules.drainBeforeVerify) return step('does not drain', 'verify', 0);
      return underWay(STRICT) ? [] : step('has drained', 'verify', 0, { drained: STRICT });
    case 'verify': {
      const item = state.items[name]!;
      if (item === null || item.entry === 'row') {
        return step(`has verified item ${at}`, isLast ? 'promote' : 'verify', isLast ? 0 : at + 1);
      }
      // An entry whose key is another item's stays open until some user moves one of them: the path is not promoted.
      if (state.rows[item.key] !== null) return [];
      const to = { ...state, operator: { phase: 'close' as const, at, seen: item } };
      return [{ by: 'operator', does: `finds the key of item ${at} free`, to }];
    }
    case 'close': {
      const item = state.items[name]!;
      const moved = item?.revision !== seen!.revision || item.layout !== seen!.layout;
      if (!moved) return step(`writes item ${at} with its row, if it can`, 'verify', at, layOut(state, name, STRICT));
      const isStillFree = isOpenAt(item, seen!.key) && state.rows[seen!.key] === null;
      const breaks = 'LEFT OPEN: verify counts an open entry whose key nobody has';
      const gaveUp = isStillFree && !rules.verifyGoesOn ? breaks : undefined;
      return step(`item ${at} is not as it was seen`, 'verify', at, {}, gaveUp);
    }
    case 'promote':
      return step('promotes the path', 'end', 0, { registry: PROMOTED });
    case 'end':
      return [];
  }
}

/** A layout write that tries for the row: the item has it then, or an open entry. */
function layOut(state: State, name: ItemName, epoch: Epoch): Partial<State> {
  const item = state.items[name]!;
  const stamp = item.stamp > epoch ? item.stamp : epoch;
  const isFree = state.rows[item.key] === null || state.rows[item.key] === name;
  const written: Item = { ...item, layout: item.layout + 1, stamp, entry: isFree ? 'row' : 'open' };
  return {
    items: state.items.with(name, written),
    ...(isFree ? { rows: state.rows.with(item.key, name) } : {}),
  };
}
