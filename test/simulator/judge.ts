import type { NoteCall } from './calls.js';
import { printOutcome, printWhat } from './calls.js';
import { checkItems, markOf } from './items.js';
import { checkReads } from './reads.js';
import type { SimServer } from './server.js';
import { checkErrors } from './surprises.js';
import type { TableWitness } from './witness.js';

/** What is wrong with a run, after its end. Each line begins with the invariant that does not hold. */
export function judge(calls: readonly NoteCall[], witness: TableWitness, server: SimServer): readonly string[] {
  return [
    ...checkOnce(calls, witness),
    ...checkErrors(calls, witness),
    ...checkItems(calls, witness, server),
    ...checkReads(calls, witness),
  ];
}

/** [ONCE]: what reports success was applied, and what reports failure was not. */
function checkOnce(calls: readonly NoteCall[], witness: TableWitness): readonly string[] {
  return calls.flatMap((call) => {
    const { id, what, outcome } = call;
    const mark = markOf(call);
    if (mark === undefined || outcome.kind === 'unknown') return [];
    const commit = witness.marks.get(mark);
    if ((outcome.kind === 'ok') === (commit !== undefined)) return [];
    const found = commit === undefined ? 'it was never applied' : `it was applied at #${commit.tick}`;
    return [`[ONCE] call ${id} ${printWhat(what)} reported ${printOutcome(outcome)}, and ${found}`];
  });
}
