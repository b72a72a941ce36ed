import { sealEntry } from '../registry/entry.js';
import { DropRefusedError } from '../registry/errors.js';
import { extend } from '../registry/fold.js';
import {
  goneAt,
  isDropSwept,
  isFloorSwept,
  isRestoreSwept,
  type Knowledge,
  newestRemoval,
  unsweptWithdrawal,
} from '../registry/knowledge.js';
import type { Decide } from '../registry/registry.js';
import { takeAway, takeBack } from '../registry/retire-decisions.js';
import { afterDrop } from './leavings.js';
import type { PlannedStep } from './options.js';
import { backfillId, sweepId } from './pass.js';
import { epochOf, modelsIn, pathsIn } from './paths.js';

/** What a step has before it, by what the registry says now. */
export interface Ahead {
  /** What the registry will say when the step writes items. */
  readonly knowledge: Knowledge;
  /** How many passes over the table are still to be made. */
  readonly passes: number;
  /** The epoch that items of a type are to reach; those that have reached it need nothing. */
  readonly epochFor: (type: string) => number;
  /** The pass that the step goes on with, where one was begun. */
  readonly pass?: string;
  /** How many key paths it digests, with their older readings: none but for a verify. */
  readonly digested?: number;
}

/** The entry is yet to be appended to which all items are brought. */
const all = (knowledge: Knowledge): Ahead => ({ knowledge, passes: 1, epochFor: () => Infinity });

const upTo = (knowledge: Knowledge, epoch: number): Ahead => ({
  knowledge,
  passes: 1,
  epochFor: () => epoch,
  pass: sweepId(epoch),
});

const nothing = (knowledge: Knowledge): Ahead => ({ knowledge, passes: 0, epochFor: () => 0 });

/** What each step has before it. Pure. */
const STEPS: Readonly<Record<PlannedStep, (knowledge: Knowledge, all: boolean) => Ahead>> = {
  backfill(knowledge) {
    const filled = pathsIn(knowledge, 'expand');
    if (filled.size === 0) return nothing(knowledge);
    const epochs = new Map([...filled.values()].map((ofType) => [ofType.type, epochOf(ofType)]));
    const pass = backfillId(Math.max(...epochs.values()));
    return { knowledge, passes: 1, epochFor: (type) => epochs.get(type) ?? 0, pass };
  },
  verify(knowledge, ofAll) {
    const states = ofAll ? (['strict', 'promoted'] as const) : (['strict'] as const);
    const digested = states.reduce((sum, state) => sum + modelsIn(pathsIn(knowledge, state)), 0);
    return digested === 0 && !ofAll ? nothing(knowledge) : { ...nothing(knowledge), passes: 1, digested };
  },
  retire(knowledge) {
    const { floor, newestVersion } = knowledge;
    if (!isFloorSwept(knowledge)) return upTo(knowledge, floor.since);
    return floor.since > 0 && floor.version === newestVersion ? nothing(knowledge) : all(knowledge);
  },
  drop(knowledge) {
    const { dropping, dropped, floor } = knowledge;
    const isBegun = dropping !== undefined && !isDropSwept(knowledge);
    if (isBegun && dropped?.version === dropping.version) return upTo(knowledge, dropped.since);
    if (dropping !== undefined && !isBegun && dropping.version >= floor.version - 1) return nothing(knowledge);
    return all(dropOf(knowledge, isBegun ? dropping.version : floor.version - 1));
  },
  withdraw(knowledge) {
    const gone = unsweptWithdrawal(knowledge);
    if (gone !== undefined)
      return gone.gone === undefined ? all(takenAway(knowledge)) : upTo(knowledge, goneAt(knowledge));
    const { newestVersion, versions } = knowledge;
    const after = withEntry(knowledge, takeBack(newestVersion, versions.get(newestVersion)?.hash ?? ''));
    return unsweptWithdrawal(after) === undefined ? nothing(after) : all(takenAway(after));
  },
  mendRestored(knowledge) {
    const { restored } = knowledge;
    // The first pass looks for the highest stamp.
    if (isRestoreSwept(knowledge)) return { ...all(knowledge), passes: 2 };
    return upTo(knowledge, restored!.since);
  },
};

/**
 * What a step that begins now, or goes on, has before it. Pure.
 *
 * @param ofAll whether a verify is to be one of all key paths
 * @throws WithdrawRefusedError where the newest version cannot be withdrawn
 */
export const aheadOf = (knowledge: Knowledge, step: PlannedStep, ofAll = false): Ahead => STEPS[step](knowledge, ofAll);

function withEntry(knowledge: Knowledge, decide: Decide): Knowledge {
  const entry = decide(knowledge);
  return entry === undefined ? knowledge : extend(knowledge, [sealEntry(knowledge, entry, new Date(0))]);
}

const takenAway = (knowledge: Knowledge): Knowledge => withEntry(knowledge, takeAway(newestRemoval(knowledge)));

/** Where the step itself would be refused, what it would come to is told by the registry as it is. */
function dropOf(knowledge: Knowledge, version: number): Knowledge {
  try {
    return afterDrop(knowledge, version);
  } catch (error) {
    if (error instanceof DropRefusedError) return knowledge;
    throw error;
  }
}
