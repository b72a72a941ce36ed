import { isRestoreSwept } from '../../src/registry/knowledge.js';
import { type NoteCall, printOutcome, printWhat } from './calls.js';
import { expiryIn } from './server.js';
import { LONGEST_CALL, QUIET_AT } from './scenario.js';
import type { TableWitness } from './witness.js';

/** Errors that a call may end with, whatever goes on around it. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  insert: ['ITEM_EXISTS', 'KEY_PATH_CONFLICT', 'KEY_TOO_LARGE'],
  update: ['ITEM_NOT_FOUND', 'KEY_PATH_CONFLICT', 'OPTIMISTIC_LOCK', 'KEY_TOO_LARGE'],
  save: ['OPTIMISTIC_LOCK', 'KEY_PATH_CONFLICT', 'KEY_TOO_LARGE'],
  delete: ['OPTIMISTIC_LOCK'],
  find: [],
  'find by': ['KEY_PATH_INCOMPLETE'],
  list: ['KEY_PATH_INCOMPLETE'],
  open: ['NOT_PUBLISHED'],
  publish: ['WITHDRAW_UNFINISHED'],
  backfill: [],
  verify: [],
  promote: ['NOT_VERIFIED'],
  retire: ['RETIRE_REFUSED'],
  undo: ['RETIRE_REFUSED'],
  drop: ['DROP_REFUSED'],
  withdraw: ['WITHDRAW_REFUSED'],
  settings: ['WITHDRAW_UNFINISHED'],
  restore: [],
  background: ['NOT_VERIFIED'],
};

/** Where the network, the server or other writers are in the way. */
const TROUBLED = [
  'THROTTLED',
  'TRANSACTION_CONFLICT',
  'CONTENTION',
  'ENDPOINT',
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  // A clock that is wrong, where the SDK has had no answer to correct it by.
  'CREDENTIALS',
];

/** [NO-SURPRISE] [ONCE] and that every call ends. */
export function checkErrors(calls: readonly NoteCall[], witness: TableWitness): readonly string[] {
  return calls.flatMap((call) => {
    const problem = surpriseIn(call, witness);
    if (problem === undefined) return [];
    const { id, process, version, began, ended, what, outcome } = call;
    const error = outcome.kind === 'failed' ? `\n${outcome.error.stack ?? ''}` : '';
    return [
      `${problem}: call ${id} (${process} v${version} #${began}–${ended}) ${printWhat(what)}: ${printOutcome(outcome)}${error}`,
    ];
  });
}

function surpriseIn(call: NoteCall, witness: TableWitness): string | undefined {
  const { what, outcome, doubtful, beganAt, endedAt } = call;
  if (Number.isFinite(endedAt) && endedAt - Math.max(beganAt, QUIET_AT) > LONGEST_CALL)
    return '[LIVENESS] it took too long';
  if (outcome.kind === 'unknown') {
    return outcome.why === 'OUTCOME_UNKNOWN' && !doubtful ? '[ONCE] every attempt was answered' : undefined;
  }
  if (outcome.kind === 'ok') return undefined;
  const code = outcome.code ?? '';
  if (code === 'VERSION_RETIRED')
    return mayBeRetired(call, witness) ? undefined : '[NO-SURPRISE] the version is not retired';
  if (isTooLarge(outcome.error)) return undefined;
  if (code === 'REGISTRY_FORK' && mayBeRestoring(call, witness)) return undefined;
  // It works beside the restore, which is to run alone, and reports at the end of its pass what it went past.
  if (code === 'ROWS_PASSED_OVER' && what.kind === 'background' && isRestored(call, witness)) return undefined;
  if (!LEGAL[what.kind]!.includes(code) && !TROUBLED.includes(code))
    return '[NO-SURPRISE] the error is not one of these';
  if (code === 'KEY_PATH_INCOMPLETE' && isPromotedBefore(call, witness))
    return '[COMPLETE] the path was promoted before';
  return undefined;
}

/** True where the version was below the floor, or not published, at some moment before the call had ended. */
function mayBeRetired({ version, ended }: NoteCall, { knowledge, appended }: TableWitness): boolean {
  return knowledge.some(
    ({ floor, versions }, epoch) => appended[epoch]! <= ended && (floor.version > version || !versions.has(version)),
  );
}

const hasExpiring = (seen: TableWitness['seen']): boolean =>
  [...seen.values()].flat().some(({ row }) => row !== undefined && expiryIn(row) !== undefined);

/** DynamoDB found a row too large. A key that is too large is another matter: that is known before it is sent. */
const isTooLarge = ({ name, message }: Error): boolean =>
  (name === 'ValidationException' || name === 'WriteRejectedError') && message.includes('Item size');

/** True where the table counts as restored at the end of a call. */
const isRestored = ({ ended }: NoteCall, { knowledge, appended }: TableWitness): boolean =>
  knowledge.some(({ restored }, epoch) => restored !== undefined && appended[epoch]! <= ended);

/** True where a row may have been of before the table was restored. */
function mayBeRestoring(call: NoteCall, witness: TableWitness): boolean {
  const { began, ended, what } = call;
  const { knowledge, appended, seen } = witness;
  const wasRestored = isRestored(call, witness);
  // What somebody loaded before; or the rows of an item that DynamoDB has begun to delete, which only a repair takes away.
  if (wasRestored && ('base' in what || hasExpiring(seen))) return true;
  return knowledge.some(
    (known, epoch) => appended[epoch]! <= ended && !isRestoreSwept(known) && (appended[epoch + 1] ?? Infinity) >= began,
  );
}

function isPromotedBefore({ what, began }: NoteCall, { knowledge, appended }: TableWitness): boolean {
  const path = what.kind === 'find by' || what.kind === 'list' ? what.path : undefined;
  const epoch = appended.findLastIndex((tick) => tick < began);
  const demanded = [...(knowledge[epoch]?.demanded.values() ?? [])].flat();
  return demanded.some((each) => each.path.template === path && each.state === 'promoted');
}
