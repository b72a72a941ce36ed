import { readBoards } from '../work/board.js';
import { endRun, readWorks } from '../work/works.js';
import type { WorkProgress } from '../work/work.js';
import { WorkBusyError } from './errors.js';
import { assertOperatorOptions, choiceRules } from './options.js';
import { endVerify, verifyOf } from './pass.js';
import { openReadingSession, type Session } from './session.js';
import { meantBy, type WorkOptions } from './works.js';

/**
 * Takes passes from the table that nobody works on: the one that `work` names, or all of them. What they had done to items
 * stays; how far they had come is forgotten, so that what they were for begins anew where it is still to be done. Costs what
 * `works` does, and a transaction for each hundred segments of a pass.
 *
 * @returns how those stood that are gone now; none where nobody left one and no `work` was named
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NoSuchWorkError where `work` names no pass; WorkBusyError where somebody works on that one
 * @throws NotPublishedError where no version is published; the signal's reason
 */
export async function cancel(options: WorkOptions): Promise<readonly WorkProgress[]> {
  assertOperatorOptions('cancel', options, { work: choiceRules.work });
  const session = await openReadingSession(options);
  const left = cancellable(options, await readWorks(session.gateway));
  for (const { id } of left) await end(session, id);
  return left;
}

/**
 * The passes that a cancel is about. Pure.
 *
 * @throws NoSuchWorkError, WorkBusyError
 */
export function cancellable(
  { work, table }: Pick<WorkOptions, 'work' | 'table'>,
  all: readonly WorkProgress[],
): readonly WorkProgress[] {
  const meant = meantBy(work, all, table);
  // Workers of a paused one may wait: only who names it knows better.
  if (work === undefined) return meant.filter(({ idle }) => idle !== undefined);
  const busy = meant.find(({ segments }) => segments.leased > 0);
  if (busy !== undefined) throw new WorkBusyError(busy.id, table, busy.segments.leased);
  return meant;
}

async function end(session: Session, id: string): Promise<void> {
  const verify = verifyOf(id);
  // The digests of its rows go with it.
  if (verify !== undefined) return endVerify(session, verify);
  const [board] = await readBoards(session.gateway, id);
  if (board !== undefined) await endRun(session.gateway, board);
}
