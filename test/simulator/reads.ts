import { PRIMARY } from '../../src/keypaths/model.js';
import type { AttributeMap } from '../../src/values/attribute-value.js';
import { type NoteCall, printOutcome, printWhat } from './calls.js';
import { groupOf, lookedForAt } from './demanded.js';
import { docOf, mayBeAbsent, mayBeThere, sameView } from './items.js';
import { type AnyNote, type Doc, releases, viewOf } from './releases.js';
import { expiryIn, idOf } from './server.js';
import type { SeenRow, TableWitness } from './witness.js';

/**
 * [COMPLETE] Reads through any key path: what was found stood in the table at a moment of the read, and what stood there
 * all the time was found. (The witness sees to it that on a promoted path every item has its row.)
 */
export function checkReads(calls: readonly NoteCall[], witness: TableWitness): readonly string[] {
  return calls.flatMap((call) => {
    const { outcome } = call;
    if (outcome.kind !== 'ok') return [];
    const problem =
      goneAt(call, witness) ?? wrongFind(call, outcome.value, witness) ?? wrongList(call, outcome.value, witness);
    if (problem === undefined) return [];
    const { id, process, version, began, ended, what } = call;
    return [
      `[COMPLETE] call ${id} (${process} v${version} #${began}–${ended}) ${printWhat(what)}: ${printOutcome(outcome)}: ${problem}`,
    ];
  });
}

/**
 * Nobody reads through a secondary path from when on its rows are taken away. (The rows of a primary path are the items:
 * where its only version was withdrawn, there is none.)
 */
function goneAt({ what, began }: NoteCall, { knowledge, appended }: TableWitness): string | undefined {
  if (what.kind !== 'find by' && what.kind !== 'list') return undefined;
  const everDemanded = knowledge.flatMap(({ demanded }) => [...demanded.values()].flat());
  if (everDemanded.some(({ path }) => path.id === PRIMARY && path.template === what.path)) return undefined;
  const epoch = appended.findLastIndex((tick) => tick < began);
  const demanded = [...knowledge[epoch]!.demanded.values()].flat();
  return demanded.some(({ path }) => path.template === what.path) ? undefined : 'its key path was taken away before';
}

function wrongFind(call: NoteCall, value: unknown, witness: TableWitness): string | undefined {
  if (call.what.kind !== 'find by') return undefined;
  const { path, value: wanted } = call.what;
  const key = { pk: groupOf(path, wanted), sk: '/' };
  const during = takenBy(call.version, path, key.pk, seenDuring(witness.seen.get(idOf(key)) ?? [], call));
  if (during.some((row) => sameView(viewOfRow(call.version, row), value as AnyNote | undefined))) return undefined;
  return `no such row stood at ${key.pk} then`;
}

function wrongList(call: NoteCall, value: unknown, witness: TableWitness): string | undefined {
  if (call.what.kind !== 'list') return undefined;
  const found = value as readonly AnyNote[];
  const { path, of } = call.what;
  const [wanted] = Object.values(call.what.by) as [string];
  const group = groupOf(path, wanted);
  const left = [...found];
  for (const [id, versions] of witness.seen) {
    const [pk, sk] = id.split('\u0000') as [string, string];
    if (pk !== group || !of.some((kind) => sk.includes(`${kind}-`))) continue;
    const during = takenBy(call.version, path, pk, seenDuring(versions, call));
    const views = during.map((row) => viewOfRow(call.version, row));
    const place = left.findIndex((note) => views.some((view) => sameView(view, note)));
    if (place >= 0) left.splice(place, 1);
    else if (!during.includes(undefined)) return `the row at ${pk} ${sk} stood there all the time, and was not listed`;
  }
  return left.length === 0 ? undefined : `${JSON.stringify(left[0])} stood in no row then`;
}

/** What readers could see at some moment of a call. */
function seenDuring(versions: readonly SeenRow[], call: NoteCall): readonly (AttributeMap | undefined)[] {
  const { began, ended } = call;
  const first = versions.findLastIndex(({ from }) => from <= began);
  const during = versions.filter(({ from }, i) => i >= first && from <= ended).map(({ row }) => row);
  const seen = during.flatMap((row) => {
    const until = row && expiryIn(row);
    return [...(mayBeThere(until, call) ? [row] : []), ...(mayBeAbsent(until, call) ? [undefined] : [])];
  });
  return first === -1 ? [undefined, ...seen] : seen;
}

/** A version passes over the rows of an item that it does not look for there: others look for it under that key. */
function takenBy(
  version: number,
  path: string,
  pk: string,
  rows: readonly (AttributeMap | undefined)[],
): readonly (AttributeMap | undefined)[] {
  if (pk.startsWith('/board-')) return rows;
  return rows.map((row) => {
    const doc = row && (docOf(row) as unknown as Doc);
    return doc && lookedForAt(version, path, doc) === pk ? row : undefined;
  });
}

const viewOfRow = (version: number, row: AttributeMap | undefined): AnyNote | undefined =>
  row && viewOf(releases[version - 1]!, docOf(row) as unknown as Doc);
