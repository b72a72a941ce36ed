import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.js';
import { BOARD } from './application.js';
import { type NoteCall, printOutcome, printWhat } from './calls.js';
import { checkLinearizable, type Event } from './linearizable.js';
import { type AnyNote, type Doc, keyOfItem, kindOf, readAt, releases, remainingOf, viewOf } from './releases.js';
import { idOf, type SimServer } from './server.js';
import type { TableWitness } from './witness.js';

/** What a note is at one moment. */
type State = Doc | 'nothing';
/** The state after a call, where it can have been made in that state; else undefined. */
type Effect = (state: State) => State | undefined;

/**
 * [NO-LOSS] [PUT-GET] [NO-RESURRECT]: the calls on each note, whichever versions made them, have one order in which each
 * took effect at one moment, and in which what every version was told is true.
 */
export function checkItems(calls: readonly NoteCall[], witness: TableWitness, server: SimServer): readonly string[] {
  const ids = new Set(calls.flatMap(({ what }) => ('id' in what ? [what.id] : [])));
  return [...ids].flatMap((id) => {
    const events = calls.flatMap((call) => ('id' in call.what && call.what.id === id ? eventsOf(call, witness) : []));
    events.push(atRest(id, server, witness.newest.dropped?.version ?? 1));
    const verdict = checkLinearizable<State>(events, 'nothing', (state) => JSON.stringify(state));
    if (verdict.linearizable) return [];
    const list = (labels: readonly string[]): string => labels.map((label) => `\n      ${label}`).join('');
    return [
      `[NO-LOSS] the calls on ${kindOf(id)} ${id} have no order that explains them. The longest:${list(verdict.order)}\n` +
        `    and then none of:${list(verdict.stuck)}`,
    ];
  });
}

function eventsOf(call: NoteCall, witness: TableWitness): readonly Event<State>[] {
  const { id, began, ended, what, outcome, process, version } = call;
  const label = (): string =>
    `call ${id} (${process} v${version} #${began}–${ended}) ${printWhat(what)}: ${printOutcome(outcome)}`;
  if (outcome.kind !== 'unknown') {
    const after = outcome.kind === 'ok' ? effectOf(call, outcome.value, witness) : truthOf(call, outcome.code);
    return after === undefined ? [] : [{ began, ended, optional: false, label, after }];
  }
  // What it sent may arrive long after it gave up, when what was in its way has expired.
  const late = { ...call, endedAt: Infinity };
  const after = what.kind === 'find' ? undefined : effectOf(late, true, witness);
  // Of a write that carries a mark the table tells whether it was applied; of a delete nothing does.
  const mark = markOf(call);
  if (after === undefined || (mark !== undefined && !witness.marks.has(mark))) return [];
  return [{ began, ended: Infinity, optional: mark === undefined, label, after }];
}

/** The mark that a call puts into what it writes. */
export function markOf({ what }: NoteCall): string | undefined {
  if (what.kind === 'insert') return what.doc.mark;
  return 'change' in what ? what.change.mark : undefined;
}

/** What has expired counts as absent a minute later, by the server's clock as the caller's process knows it. */
const EXPIRED_AFTER = 60_000;
const DATES_ARE_OLD = 1_000;

/** True where a note was absent, as far as anybody could tell at some moment of the call. */
export const mayBeAbsent = (until: number | undefined, { endedAt }: NoteCall): boolean =>
  until !== undefined && until * 1_000 + EXPIRED_AFTER < endedAt;

/** True where a note was there at some moment of the call. */
export const mayBeThere = (until: number | undefined, { beganAt, lag }: NoteCall): boolean =>
  until === undefined || until * 1_000 + EXPIRED_AFTER >= beganAt - DATES_ARE_OLD - lag;

/** Nothing is there, or what counts as absent, or what DynamoDB may have deleted already. */
const isAbsent = (state: State, { endedAt }: NoteCall): boolean =>
  state === 'nothing' || (state.until !== undefined && state.until * 1_000 < endedAt);

/** What a call that succeeded did. */
function effectOf(call: NoteCall, value: unknown, witness: TableWitness): Effect | undefined {
  const { what, version, doubtful } = call;
  switch (what.kind) {
    case 'insert':
      return (state) => (isAbsent(state, call) ? what.doc : undefined);
    case 'update':
      return (state) => (state === 'nothing' ? undefined : changed(version, state, what.change));
    case 'save':
      return (state) =>
        state !== 'nothing' && state.mark === what.base ? changed(version, state, what.change) : undefined;
    case 'delete':
      if (value !== true) return (state) => (isAbsent(state, call) ? state : undefined);
      return (state) => {
        if (state !== 'nothing' && (what.base === undefined || state.mark === what.base)) return 'nothing';
        // Where an attempt had no answer, "gone" is all that can be told: another delete may have been first.
        return doubtful && (isAbsent(state, call) || isGone(what.base, state, witness)) ? state : undefined;
      };
    case 'find':
      return (state) => {
        if (value === undefined) return isAbsent(state, call) ? state : undefined;
        if (state === 'nothing' || !mayBeThere(state.until, call)) return undefined;
        return sameView(seenOf(version, state), value as AnyNote) ? state : undefined;
      };
    default:
      return undefined;
  }
}

/** What must have been so where a call failed, and nothing where that does not say. */
function truthOf(call: NoteCall, code: string | undefined): Effect | undefined {
  const { what } = call;
  const where =
    (holds: (state: State) => boolean): Effect =>
    (state) =>
      holds(state) ? state : undefined;
  if (code === 'ITEM_EXISTS') return where((state) => state !== 'nothing');
  if (code === 'ITEM_NOT_FOUND') return where((state) => isAbsent(state, call));
  if (code !== 'OPTIMISTIC_LOCK' || !('base' in what) || what.base === undefined) return undefined;
  return where((state) => isAbsent(state, call) || (state as Doc).mark !== what.base);
}

/** True where the item that somebody loaded is no more: nothing is there, or another incarnation. */
function isGone(base: string | undefined, state: State, { marks }: TableWitness): boolean {
  if (state === 'nothing') return true;
  return base !== undefined && marks.get(base)?.incarnation !== marks.get(state.mark)?.incarnation;
}

/** What a caller sets to the value that it saw is no change: where that was a default, none is stored. */
function changed(version: number, state: Doc, change: Partial<Doc>): Doc {
  const after: Record<string, unknown> = { ...state };
  for (const { field, unset } of releases[version - 1]!.sees[kindOf(state.id)]) {
    if (!(field in change) || (readAt(version, field, state[field]) ?? unset) === change[field]) continue;
    if (change[field] === undefined) delete after[field];
    else after[field] = change[field];
  }
  return sorted(after) as unknown as Doc;
}

const seenOf = (version: number, state: State): AnyNote | undefined =>
  state === 'nothing' ? undefined : viewOf(releases[version - 1]!, state);

export const sameView = (a: AnyNote | undefined, b: AnyNote | undefined): boolean =>
  JSON.stringify(a && sorted(a)) === JSON.stringify(b && sorted(b));

function sorted(of: object): object {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The row at the very end, field by field, also those that no single version sees. */
function atRest(id: string, { rows }: SimServer, oldest: number): Event<State> {
  const row = rows.get(idOf(keyOfItem(BOARD, id)));
  const doc = row === undefined ? undefined : docOf(row);
  return {
    began: Infinity,
    ended: Infinity,
    optional: false,
    label: () => `at rest: ${JSON.stringify(doc)}`,
    // Nobody sees what only dropped versions saw; it goes with the next write of the item.
    after: (state) => {
      const left = state === 'nothing' ? undefined : (remainingOf(state, oldest, kindOf(id)) as unknown as AnyNote);
      if (doc === undefined && state !== 'nothing' && state.until !== undefined) return 'nothing';
      return sameView(doc && remainingOf(doc, oldest, kindOf(id)), left) ? state : undefined;
    },
  };
}

/** What users stored in a row. */
export function docOf(row: AttributeMap): AnyNote {
  const doc: AnyNote = {};
  for (const [name, value] of Object.entries(row)) {
    if (name.startsWith('$') || name === 'pk' || name === 'sk') continue;
    if ('M' in value) for (const [inner, part] of Object.entries(value.M)) doc[`${name}.${inner}`] = plainOf(part);
    else doc[name] = plainOf(value);
  }
  return Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined));
}

function plainOf(value: AttributeValue): string | number | undefined {
  if ('S' in value) return value.S;
  if ('N' in value) return Number(value.N);
  return undefined;
}
