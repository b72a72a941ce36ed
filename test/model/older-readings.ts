/*
 * A value is added to an enum that stands in a secondary key path, which is promoted: version 2 has `new`, version 1 reads `old`
 * in its place. An item that stores `new` gets one more row, at the key under which version 1 looks for it. One item; processes
 * of both versions write it (the values that they know, or the item as they read it) and delete it; a sweeper brings it to the
 * epoch of version 2 at any time, or never; in the end version 1 is dropped.
 */
import type { Model, Step } from './checker.js';

export interface Rules {
  /** From the epoch of version 2 on, an item has a row at the key under which version 1 looks for it. */
  readonly rowForOlder: boolean;
  /** Only where its key is not that of the path's own row. */
  readonly onlyWhereItDiffers: boolean;
  /** A version takes a row only if its key is the one that its own reading makes. */
  readonly takesOwnKeyOnly: boolean;
  /** Where another item has the key, the row is left open, in every state of the path. */
  readonly staysOpen: boolean;
  /** The rows go once nobody reads at version 1 any more, and not before. */
  readonly untilDropped: boolean;
  /** A create is guarded: its process knows the epoch of version 2 where that is published. */
  readonly createIsGuarded: boolean;
}

export const allRules: Rules = {
  rowForOlder: true,
  onlyWhereItDiffers: true,
  takesOwnKeyOnly: true,
  staysOpen: true,
  untilDropped: true,
  createIsGuarded: true,
};

type Version = 1 | 2;
type Value = 'old' | 'other' | 'new';

export interface Scenario {
  /** The version that each process is compiled at. */
  readonly processes: readonly Version[];
  /** What the item stores before version 2 is published; undefined where it is yet to be created. */
  readonly stored?: 'old' | 'other';
  /** Another item has the row at `old`. */
  readonly taken?: boolean;
  /** How often each process writes. */
  readonly writes: number;
  /** Version 1 is dropped in the end. */
  readonly drops?: boolean;
}

/** 1: version 1; 2: version 2 is published; 3: version 1 is dropped. */
type Epoch = 1 | 2 | 3;

interface Item {
  readonly value: Value;
  readonly stamp: Epoch;
  readonly revision: number;
  readonly layout: number;
}

interface Row {
  readonly at: Value;
  readonly for: 'all' | 'older';
  readonly revision: number;
}

interface Process {
  readonly knows: 0 | Epoch;
  readonly at: 'start' | 'loaded';
  readonly seen: Item | null;
  readonly written: number;
}

interface Sweep {
  readonly at: 'read' | 'send' | 'ended';
  readonly to: Epoch;
  readonly seen: Item | null;
}

export interface State {
  readonly item: Item | null;
  readonly rows: readonly Row[];
  readonly registry: Epoch;
  readonly olderRead: boolean;
  readonly revisions: number;
  readonly processes: readonly Process[];
  readonly sweep: Sweep;
}

const VALUES = { 1: ['old', 'other'], 2: ['old', 'other', 'new'] } as const;

const readBy = (version: Version, value: Value): Value => (version === 1 && value === 'new' ? 'old' : value);

type Demanded = Omit<Row, 'revision'>;

function demand(epoch: Epoch, value: Value, rules: Rules): readonly Demanded[] {
  const older = readBy(1, value);
  const isWanted = rules.rowForOlder && epoch === 2 && (older !== value || !rules.onlyWhereItDiffers);
  return [{ at: value, for: 'all' }, ...(isWanted ? [{ at: older, for: 'older' } as const] : [])];
}

export function olderReadings(scenario: Scenario, rules: Rules = allRules): Model<State> {
  const { stored, processes } = scenario;
  const start: State = {
    item: stored === undefined ? null : { value: stored, stamp: 1, revision: 0, layout: 0 },
    rows: stored === undefined ? [] : [{ at: stored, for: 'all', revision: 0 }],
    registry: 1,
    olderRead: true,
    revisions: 1,
    processes: processes.map((version) => ({ knows: version === 1 ? 1 : 0, at: 'start', seen: null, written: 0 })),
    sweep: { at: 'ended', to: 1, seen: null },
  };
  return {
    start,
    steps: (state) => [
      ...registrySteps(state, scenario, rules),
      ...processes.flatMap((version, index) => processSteps(state, index, version, scenario, rules)),
      ...sweepSteps(state, scenario, rules),
    ],
    broken: (state) => broken(state, scenario, rules),
  };
}

function registrySteps(state: State, { drops }: Scenario, rules: Rules): Step<State>[] {
  const step = (does: string, change: Partial<State>): Step<State> => ({
    by: 'operator',
    does,
    to: { ...state, ...change },
  });
  const sweep = (to: Epoch): Sweep => ({ at: 'read', to, seen: null });
  if (state.registry === 1) return [step('publishes version 2', { registry: 2, sweep: sweep(2) })];
  if (drops !== true || state.registry === 3) return [];
  return [
    ...(state.olderRead ? [step('tells readers of version 1 to stop, and waits', { olderRead: false })] : []),
    // Its writers ended before: it is retired.
    ...(state.olderRead && rules.untilDropped ? [] : [step('drops version 1', { registry: 3, sweep: sweep(3) })]),
  ];
}

function processSteps(state: State, index: number, version: Version, scenario: Scenario, rules: Rules): Step<State>[] {
  const process = state.processes[index]!;
  const { item, registry, revisions } = state;
  const { knows, seen } = process;
  const step = (does: string, become: Partial<Process>, change: Partial<State> = {}, breaks?: string): Step<State> => ({
    by: `process ${index}`,
    does: `version ${version}: ${does}`,
    to: { ...state, ...change, processes: state.processes.with(index, { ...process, ...become }) },
    breaks,
  });
  if (process.written >= scenario.writes || (version === 1 && (registry === 3 || !state.olderRead))) return [];
  if (knows === 0) return registry === 1 ? [] : [step('starts', { knows: registry })];
  const ended = { at: 'start', seen: null, written: process.written + 1 } as const;
  const refreshes = knows < registry ? [step('reads the registry', { knows: registry })] : [];
  const behind = [step('meets a newer stamp', { knows: registry })];
  if (process.at === 'start') {
    if (item !== null && item.stamp > knows) return behind;
    return [...refreshes, step('loads', { at: 'loaded', seen: item })];
  }
  const put = (value: Value, does: string): Step<State> => {
    const written: Item = { value, stamp: knows, revision: revisions, layout: 0 };
    const rows = rowsOf(demand(knows, value, rules), revisions, scenario);
    if (rows !== 'refused') return step(does, ended, { item: written, rows, revisions: revisions + 1 });
    if (value === 'old') return step(`${does}: another item has the key`, ended);
    return rules.staysOpen
      ? step(does, ended, { item: written, rows: rowsLeft(knows, value, revisions, rules), revisions: revisions + 1 })
      : step(does, ended, {}, `CHOICE: version ${version} is refused for a value that it did not choose`);
  };
  if (seen === null) {
    if (item !== null) return [step('finds that the item exists', ended)];
    if (rules.createIsGuarded && knows < Math.min(registry, 2)) return refreshes;
    return [...refreshes, ...VALUES[version].map((value) => put(value, `creates it with ${value} at epoch ${knows}`))];
  }
  if (seen.stamp > knows) return behind;
  if (item === null || item.revision !== seen.revision || item.layout !== seen.layout) {
    return [step('finds the item changed', { at: 'start', seen: null })];
  }
  const changed = VALUES[version].filter((value) => value !== readBy(version, seen.value));
  return [
    ...refreshes,
    step('deletes it', ended, { item: null, rows: [] }),
    put(seen.value, `saves it as it read it, at epoch ${knows}`),
    ...changed.map((value) => put(value, `saves ${value} at epoch ${knows}`)),
  ];
}

function sweepSteps(state: State, scenario: Scenario, rules: Rules): Step<State>[] {
  const { sweep, item } = state;
  const step = (does: string, become: Partial<Sweep>, change: Partial<State> = {}): Step<State>[] => [
    { by: 'sweeper', does, to: { ...state, ...change, sweep: { ...sweep, ...become } } },
  ];
  switch (sweep.at) {
    case 'ended':
      return [];
    case 'read':
      return step('reads the item', { at: 'send', seen: item });
    case 'send': {
      const { seen, to } = sweep;
      if (seen === null || seen.stamp >= to) return step('has nothing to do', { at: 'ended', seen: null });
      if (item?.revision !== seen.revision || item.layout !== seen.layout)
        return step('finds the item changed', { at: 'read', seen: null });
      const brought: Item = { ...item, stamp: to, layout: item.layout + 1 };
      const rows = rowsOf(demand(to, item.value, rules), item.revision, scenario);
      const left = rows === 'refused' ? rowsLeft(to, item.value, item.revision, rules) : rows;
      return step(`brings it to epoch ${to}`, { at: 'ended', seen: null }, { item: brought, rows: left });
    }
  }
}

/** The rows of an item; refused where another has one of their keys. */
function rowsOf(demanded: readonly Demanded[], revision: number, { taken }: Scenario): readonly Row[] | 'refused' {
  if (taken === true && demanded.some(({ at }) => at === 'old')) return 'refused';
  return demanded.map((row) => ({ ...row, revision }));
}

const rowsLeft = (epoch: Epoch, value: Value, revision: number, rules: Rules): readonly Row[] =>
  demand(epoch, value, rules)
    .filter(({ at }) => at !== 'old')
    .map((row) => ({ ...row, revision }));

function broken(state: State, { taken }: Scenario, rules: Rules): string | undefined {
  const { item, rows, olderRead } = state;
  if (item === null) return rows.length > 0 ? 'LAYOUT: a row without an item' : undefined;
  if (new Set(rows.map(({ at }) => at)).size < rows.length) return 'LAYOUT: two rows at one key';
  if (rows.some(({ revision }) => revision !== item.revision)) return 'LAYOUT: a row is stale';
  const isLeftOpen = taken === true && item.value === 'new';
  const wanted = demand(item.stamp, item.value, rules).filter(({ at }) => !isLeftOpen || at !== 'old');
  if (rows.length !== wanted.length) return 'LAYOUT: not the rows that its stamp demands';
  for (const version of olderRead ? ([1, 2] as const) : ([2] as const)) {
    const reads = readBy(version, item.value);
    const finds = (key: Value): boolean =>
      rows.some(({ at }) => at === key) && (key === reads || !rules.takesOwnKeyOnly);
    // Items that meet where only older readers look are the exception that [COMPLETE] names.
    const mayMiss = isLeftOpen && version === 1;
    if (!finds(reads) && !mayMiss)
      return `KEY-VIEW: version ${version} reads ${reads}, and does not find the item there`;
    const wrong = VALUES[version].find((key) => key !== reads && finds(key));
    if (wrong !== undefined) return `KEY-VIEW: version ${version} reads ${reads}, and finds the item under ${wrong}`;
  }
  return undefined;
}
