import { randomUUID } from 'node:crypto';
import type { Action, Gateway } from '../table/gateway.js';
import { type Board, isFinished, progressOf, readBoards, resultsOf } from './board.js';
import { WorkTakenError } from './errors.js';
import { putWorkRow, unchanged } from './put.js';
import { type Head, type Held, headKey, segmentKey } from './rows.js';
import type { Forecast, WorkPlan, WorkProgress } from './work.js';
import { workerName } from './worker-name.js';

/** At most so many actions has a transaction. */
const ACTIONS = 100;

/** How all workers of a work are held back. What is absent stays as it is; null takes a limit away. */
export interface WorkLimits {
  /** Write units a second, for all workers together. */
  readonly maxWcu?: number | null;
  /** Read units a second, for all workers together. */
  readonly maxRcu?: number | null;
}

/** A work that somebody takes part in. */
export interface Joined extends Board {
  /** True where this call began it. */
  readonly isNew?: true;
}

/**
 * Takes part in a work, with new limits where some are given, unless somebody has changed them while it was under way; or
 * begins it. One of another registry, in a table that was restored or copied, is begun anew.
 *
 * Costs a Query, and where it is begun a write and what its forecast does.
 *
 * @throws WorkTakenError where it is recorded for something else: then nothing of it is changed
 */
export async function joinWork<Result>(
  gateway: Gateway,
  registry: string,
  plan: Omit<WorkPlan<Result>, 'checkpoint' | 'open'>,
  limits: { readonly maxWcu?: number | undefined; readonly maxRcu?: number | undefined },
): Promise<Joined> {
  let forecast: Forecast | undefined;
  for (;;) {
    const [board] = await readBoards(gateway, plan.id);
    if (board !== undefined && board.head.content.registry === registry) {
      assertAbout(gateway.table, board, plan.about);
      if (isSpent(board, plan)) {
        await endRun(gateway, board);
        continue;
      }
      const now = { ...board.head.content, ...limited(limits) };
      const { maxWcu, maxRcu, isLimited } = board.head.content;
      if (isLimited === true) return board;
      if (now.maxWcu === maxWcu && now.maxRcu === maxRcu) return board;
      const changed = await putWorkRow(gateway, headKey(plan.id), board.head, now);
      if (changed !== undefined) return { ...board, head: changed };
      continue;
    }
    const { id, kind, about, segments } = plan;
    forecast ??= await plan.forecast?.();
    const head: Head = {
      run: randomUUID(),
      kind,
      ...(about === undefined ? {} : { about }),
      registry,
      segments,
      ...(forecast === undefined ? {} : { forecast }),
      begun: new Date(gateway.serverTime()).toISOString(),
      by: workerName(),
      ...limited(limits),
    };
    // Whoever was faster has begun it: then it is there.
    const held = await putWorkRow(gateway, headKey(id), board?.head, head);
    if (held === undefined) continue;
    return { id, head: held, segments: new Map(), leftovers: board?.segments ?? new Map(), isNew: true };
  }
}

/** True when nobody is to go on with a run. */
function isSpent<Result>(board: Board, plan: Pick<WorkPlan<Result>, 'whole' | 'beginsAnew'>): boolean {
  if (plan.whole === true && board.head.content.segments > 1) return true;
  return isFinished(board) && plan.beginsAnew?.(resultsOf<Result>(board)) === true;
}

/** @throws WorkTakenError where a work is recorded for something else */
export function assertAbout(table: string, { id, head }: Board, about: string | undefined): void {
  const recorded = head.content.about;
  if (about === undefined || recorded === undefined || recorded === about) return;
  throw new WorkTakenError(table, id, recorded, about);
}

const limited = ({
  maxWcu,
  maxRcu,
}: {
  readonly maxWcu?: number | undefined;
  readonly maxRcu?: number | undefined;
}) => ({
  ...(maxWcu === undefined ? {} : { maxWcu }),
  ...(maxRcu === undefined ? {} : { maxRcu }),
});

/**
 * Takes what is recorded of a work from the table, once what it was for is written down elsewhere. Nothing where it is
 * not there. Costs a Query, and one transaction for each hundred segments.
 */
export async function endWork(gateway: Gateway, id: string): Promise<void> {
  const [board] = await readBoards(gateway, id);
  if (board !== undefined) await endRun(gateway, board);
}

/**
 * Takes a run of a work that was seen from the table, and no other: one that others began since then stays. Costs one
 * transaction for each hundred segments.
 */
export async function endRun(gateway: Gateway, seen: Board): Promise<void> {
  // Somebody may have paused it meanwhile; begun anew it is another one.
  for (
    let board: Board | undefined = seen;
    board?.head.content.run === seen.head.content.run;
    [board] = await readBoards(gateway, seen.id)
  ) {
    if (await deleteRows(gateway, board)) return;
  }
}

/**
 * Takes a run of a work from the table that has come to nothing yet, and that nobody works on, or has paused or limited by
 * hand. Costs a Query, and a transaction where it is so.
 */
export async function endUntouched(gateway: Gateway, id: string, run: string): Promise<void> {
  const [board] = await readBoards(gateway, id);
  if (board === undefined || board.head.content.run !== run) return;
  const { paused, isLimited } = board.head.content;
  const now = gateway.serverTime();
  const isTouched = [...board.segments.values()].some(
    ({ content: { after, finished, until } }) => after !== undefined || finished === true || until > now,
  );
  if (!isTouched && paused !== true && isLimited !== true) await endRun(gateway, board);
}

/** False where the head is not the one that was read, or it is not known whether it is gone. */
async function deleteRows(gateway: Gateway, { id, head, segments, leftovers }: Board): Promise<boolean> {
  const keys = [...segments.keys(), ...leftovers.keys()].map((segment) => segmentKey(id, segment));
  const deletes = keys.map((key): Action => ({ kind: 'delete', key }));
  const ofHead = { key: headKey(id), condition: unchanged(head) };
  for (let first = 0; ; first += ACTIONS - 1) {
    const some = deletes.slice(first, first + ACTIONS - 1);
    // The head last: as long as it is there, a worker that comes knows that there is more to clear away. And as long as it
    // is the one that was read, no other run has claimed rows under these keys.
    const isLast = first + some.length === deletes.length;
    const { kind } = await gateway.write([...some, { kind: isLast ? 'delete' : 'check', ...ofHead }], randomUUID());
    if (kind !== 'applied' || isLast) return kind === 'applied';
  }
}

/** How every work of the table stands. Costs one strongly consistent Query. */
export async function readWorks(gateway: Gateway): Promise<readonly WorkProgress[]> {
  const boards = await readBoards(gateway);
  return boards.map((board) => progressOf(board, gateway.serverTime()));
}

/**
 * Has every worker of a work stop between two rows, within some seconds, and wait. Resolves to how it stands; undefined
 * where there is no such work. Costs a Query and a write.
 */
export const pauseWork = (gateway: Gateway, id: string): Promise<WorkProgress | undefined> =>
  changeHead(gateway, id, (head) => ({ ...head, paused: true }));

/** Has the workers of a work that was paused go on. Costs a Query and a write. */
export const resumeWork = (gateway: Gateway, id: string): Promise<WorkProgress | undefined> =>
  changeHead(gateway, id, ({ paused: _, ...head }) => head);

/**
 * Changes the limits of a work, for all its workers, within some seconds; also for those to come, whatever they are started
 * with. Costs a Query and a write.
 */
export const limitWork = (gateway: Gateway, id: string, limits: WorkLimits): Promise<WorkProgress | undefined> =>
  changeHead(gateway, id, ({ maxWcu, maxRcu, ...head }) => ({
    ...head,
    isLimited: true as const,
    ...limited({
      maxWcu: limits.maxWcu === undefined ? maxWcu : (limits.maxWcu ?? undefined),
      maxRcu: limits.maxRcu === undefined ? maxRcu : (limits.maxRcu ?? undefined),
    }),
  }));

async function changeHead(
  gateway: Gateway,
  id: string,
  change: (head: Head) => Head,
): Promise<WorkProgress | undefined> {
  for (;;) {
    const [board] = await readBoards(gateway, id);
    if (board === undefined) return undefined;
    const head: Held<Head> | undefined = await putWorkRow(gateway, headKey(id), board.head, change(board.head.content));
    if (head !== undefined) return progressOf({ ...board, head }, gateway.serverTime());
  }
}
