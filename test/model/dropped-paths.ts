/*
 * Reads through a key path that is being dropped. A reader of the retired version lists the path, page by page, and may fall
 * asleep anywhere. The rows of the path go while it sleeps. What it hands to its caller must be whole all the same: so it
 * takes the age of what it knows of the registry by the date of each answer, after the read, and reads the registry first
 * where that is too old. The drain is long enough for that.
 *
 * A withdrawal takes a path away as well, and readers do not make a version active. It is *dropping* here, without a floor
 * before it: so the rows of its paths, too, are written until a drain after it is over.
 *
 * One item, on the second page; a reader; a writer of a version that stays, which brings the
 * item to the epoch that it knows; an operator. Times are relative to the server's now, and a unit stands for
 * `registryMaxAge`.
 */
import type { Model, Step } from './checker.js';

/** What the log says of the version that has the path, by epoch. */
export const IN_USE = 0;
export const FLOOR = 1;
export const DROPPING = 2;
export const DROPPED = 3;
type Epoch = typeof IN_USE | typeof FLOOR | typeof DROPPING | typeof DROPPED;

export interface Rules {
  /** The age is taken after the read, by the date of the answer. */
  readonly ageAfterRead: boolean;
  /** ... of every page, not of the first one only. */
  readonly everyPage: boolean;
  /** Each entry is drained before what comes after it. */
  readonly drain: boolean;
  /** The drain allows for dates that are wrong by as much as they may be. */
  readonly drainAllowsForDates: boolean;
  /** The epoch from which readers at the retired version are refused. */
  readonly readersRefusedFrom: typeof FLOOR | typeof DROPPING;
  /** The epoch from which writers no longer write the path's rows. There must be a drain between the two. */
  readonly demandedBefore: typeof DROPPING | typeof DROPPED;
}

export const allRules: Rules = {
  ageAfterRead: true,
  everyPage: true,
  drain: true,
  drainAllowsForDates: true,
  readersRefusedFrom: DROPPING,
  demandedBefore: DROPPED,
};

const MAX_AGE = 1;
const PAGES = 2;

export interface Scenario {
  /** By how much a date of an answer may be wrong, either way. */
  readonly wrongDates: 0 | 1;
  /** False: nobody writes before *dropping*, and the writer creates the item after it. */
  readonly isThere?: boolean;
}

interface Reader {
  readonly knows: Epoch;
  /** When it read the registry, by the date of that answer. */
  readonly asOf: number;
  readonly at: 'start' | 'sent' | 'answered' | 'ended';
  readonly page: number;
  /** The item was committed before the list began, so it must be found. */
  readonly owed: boolean;
  readonly found: boolean;
  /** How much later than `asOf` the page in hand is, by the dates of the two answers. */
  readonly later: number;
}

export interface State {
  readonly registry: Epoch;
  /** How long ago the newest entry was appended. */
  readonly age: number;
  readonly item: boolean;
  /** Whether the item has its row on the path, and which epoch its writer knew. */
  readonly row: boolean;
  readonly stamp: Epoch;
  readonly reader: Reader;
  readonly writer: { readonly knows: Epoch; readonly writes: number };
  readonly operator: 'waits' | 'ended';
}

const WRITES = 2;

export function droppedPaths({ wrongDates, isThere = true }: Scenario, rules: Rules = allRules): Model<State> {
  const drain = MAX_AGE + (rules.drainAllowsForDates ? 2 * wrongDates : 0);
  const oldest = drain + 2;
  const start: State = {
    registry: IN_USE,
    age: 0,
    item: isThere,
    row: isThere,
    stamp: IN_USE,
    reader: { knows: IN_USE, asOf: 0, at: 'start', page: 1, owed: false, found: false, later: 0 },
    writer: { knows: IN_USE, writes: 0 },
    operator: 'waits',
  };
  return {
    start,
    steps: (state) => [
      ...timePasses(state, oldest),
      ...readerSteps(state, wrongDates, rules),
      ...writerSteps(state, rules),
      ...operatorSteps(state, drain, rules),
    ],
  };
}

function timePasses(state: State, oldest: number): Step<State>[] {
  const { reader } = state;
  const next = { ...reader, asOf: Math.max(reader.asOf - 1, -oldest) };
  return [{ by: 'time', does: 'passes', to: { ...state, age: Math.min(state.age + 1, oldest), reader: next } }];
}

const dates = (wrong: 0 | 1): number[] => (wrong === 0 ? [0] : [-1, 0, 1]);

function readerSteps(state: State, wrongDates: 0 | 1, rules: Rules): Step<State>[] {
  const { reader, item, row, registry } = state;
  const step = (does: string, become: Partial<Reader>, breaks?: string): Step<State> => ({
    by: 'reader',
    does,
    to: { ...state, reader: { ...reader, ...become } },
    breaks,
  });
  const readsRegistry = (at: Reader['at']): Step<State>[] =>
    dates(wrongDates).map((date) =>
      step(`reads the registry, dated ${date}`, { at, knows: registry, asOf: date, later: 0 }),
    );
  switch (reader.at) {
    case 'start': {
      if (reader.knows >= rules.readersRefusedFrom) return [step('VersionRetiredError', { at: 'ended' })];
      // Before the read there is no date to take the age by but the present one of its own.
      const isChecked = !rules.ageAfterRead && (reader.page === 1 || rules.everyPage);
      if (isChecked && -reader.asOf > MAX_AGE) return readsRegistry('start');
      const asks = step(`asks for page ${reader.page}`, { at: 'sent', owed: reader.page === 1 ? item : reader.owed });
      // Another call of the process may read the registry before the list begins.
      return reader.page === 1 && reader.knows < registry ? [asks, ...readsRegistry('start')] : [asks];
    }
    case 'sent':
      return dates(wrongDates).map((date) =>
        step(`page ${reader.page} is read, dated ${date}`, {
          at: 'answered',
          found: reader.page === PAGES && row,
          later: date - reader.asOf,
        }),
      );
    case 'answered': {
      const isChecked = rules.ageAfterRead && (reader.page === 1 || rules.everyPage);
      if (reader.knows >= rules.readersRefusedFrom) return [step('VersionRetiredError', { at: 'ended' })];
      // What was read before the registry was, is as sound as the registry says: what it does not take away now, it had not then.
      if (isChecked && reader.later > MAX_AGE) return readsRegistry('answered');
      if (reader.page < PAGES) return [step('hands out the page', { at: 'start', page: reader.page + 1, later: 0 })];
      const misses = reader.owed && !reader.found;
      const breaks = misses ? 'INCOMPLETE: a list that ended without an error misses the item' : undefined;
      return [step('hands out the last page', { at: 'ended', later: 0 }, breaks)];
    }
    case 'ended':
      return [];
  }
}

function writerSteps(state: State, { demandedBefore }: Rules): Step<State>[] {
  const { writer, registry, item, stamp } = state;
  if (writer.writes === WRITES) return [];
  const step = (does: string, become: Partial<State['writer']>, change: Partial<State> = {}): Step<State> => ({
    by: 'writer',
    does,
    to: { ...state, ...change, writer: { ...writer, ...become } },
  });
  const steps = writer.knows < registry ? [step('reads the registry', { knows: registry })] : [];
  // A newer stamp sends it to the registry.
  if (writer.knows < stamp || (!item && writer.knows < DROPPING)) return steps;
  const row = writer.knows < demandedBefore;
  const write = step(
    row ? 'saves the item' : 'saves the item, without its row',
    { writes: writer.writes + 1 },
    { item: true, row, stamp: writer.knows },
  );
  return [...steps, write];
}

function operatorSteps(state: State, drain: number, rules: Rules): Step<State>[] {
  const { registry, age, operator } = state;
  if (operator === 'ended') return [];
  if (registry !== IN_USE && rules.drain && age <= drain) return [];
  if (registry === DROPPED) {
    return [
      {
        by: 'operator',
        does: 'deletes the rows that are left',
        to: { ...state, row: false, stamp: DROPPED, operator: 'ended' },
      },
    ];
  }
  const name = ['floor', 'dropping', 'dropped'][registry]!;
  return [{ by: 'operator', does: `appends: ${name}`, to: { ...state, registry: (registry + 1) as Epoch, age: 0 } }];
}
