import { randomUUID } from 'node:crypto';
import type { Action, Gateway } from '../table/gateway.js';
import { type Board, progressOf, readBoards } from './board.js';
import { putWorkRow, unchanged } from './put.js';
import { type Head, type Held, headKey, segmentKey } from './rows.js';
import type { WorkPlan, WorkProgress } from './work.js';

/** At most so many actions has a transaction. */
const ACTIONS = 100;

/** How all workers of a work are held back. What is absent stays as it is; null takes a limit away. */
export interface WorkLimits {
  /** Write units a second, for all workers together. */
  readonly maxWcu?: number | null;
  /** Read units a second, for all workers together. */
  readonly maxRcu?: number | null;
}

/**
 * Takes part in a work, with new limits where some are given, unless somebody has changed them while it was under way; or
 * begins it. One of another registry, in a table that was restored or copied, is begun anew.
 *
 * Costs a Query, and where it is begun a write.
 */
export async function joinWork(
  gateway: Gateway,
  registry: string,
  plan: Pick<WorkPlan<unknown>, 'id' | 'kind' | 'segments'>,
  limits: { readonly maxWcu?: number | undefined; readonly maxRcu?: number | undefined },
): Promise<Board> {
  for (;;) {
    const [board] = await readBoards(gateway, plan.id);
    if (board !== undefined && board.head.content.registry === registry) {
      const now = { ...board.head.content, ...limited(limits) };
      const { maxWcu, maxRcu, isLimited } = board.head.content;
      if (isLimited === true) return board;
      if (now.maxWcu === maxWcu && now.maxRcu === maxRcu) return board;
      const changed = await putWorkRow(gateway, headKey(plan.id), board.head, now);
      if (changed !== undefined) return { ...board, head: changed };
      continue;
    }
    const { id, kind, segments } = plan;
    const head: Head = {
      run: randomUUID(),
      kind,
      registry,
      segments,
      begun: new Date(gateway.serverTime()).toISOString(),
      ...limited(limits),
    };
    // Whoever was faster has begun it: then it is there.
    const held = await putWorkRow(gateway, headKey(id), board?.head, head);
    if (held !== undefined) return { id, head: held, segments: new Map(), leftovers: board?.segments ?? new Map() };
  }
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
  const [meant] = await readBoards(gateway, id);
  // Somebody may have paused it meanwhile; begun anew it is another one.
  for (
    let board = meant;
    board?.head.content.run === meant?.head.content.run;
    [board] = await readBoards(gateway, id)
  ) {
    if (board === undefined || (await deleteRows(gateway, board))) return;
  }
}

/** False where the head is not the one that was read, or it is not known whether it is gone. */
async function deleteRows(gateway: Gateway, { id, head, segments, leftovers }: Board): Promise<boolean> {
  const keys = [...segments.keys(), ...leftovers.keys()].map((segment) => segmentKey(id, segment));
  // The head last: as long as it is there, a worker that comes knows that there is more to clear away.
  const deletes = keys.map((key): Action => ({ kind: 'delete', key }));
  const all: readonly Action[] = [...deletes, { kind: 'delete', key: headKey(id), condition: unchanged(head) }];
  let gone = false;
  for (let first = 0; first < all.length; first += ACTIONS) {
    gone = (await gateway.write(all.slice(first, first + ACTIONS), randomUUID())).kind === 'applied';
  }
  return gone;
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
