import type { WorkProgress } from '../work/work.js';
import { endWork, readWorks } from '../work/works.js';
import { dropDigests } from './digest-rows.js';
import type { Knowledge, PathState } from '../registry/knowledge.js';
import { type PathsByType, pathsIn, type TypePaths } from './paths.js';
import type { Session } from './session.js';

/*
 * What passes over the table are called among its works: by the epoch to which they bring items, so that whoever has the
 * same to do takes part in what is under way. What was finished of a pass stays true however long ago it was: it is begun
 * only after a drain of that epoch, and whoever writes since then knows the entry.
 */
const SWEEP = 'sweep-';
const BACKFILL = 'backfill-';

/** Every item of the table is brought to an epoch. */
export const sweepId = (epoch: number): string => `${SWEEP}${epoch}`;

/** Items are brought to the epoch of the newest of the key paths that are filled. */
export const backfillId = (epoch: number): string => `${BACKFILL}${epoch}`;

const STAMPS = 'stamps-';

/** The highest stamp of a table that was restored is looked for. Named by the head of its registry. */
export const stampsId = (epoch: number): string => `${STAMPS}${epoch}`;

const VERIFY = 'verify-';
const DIGESTS = '-digests';
const LOOK = '-look-';

/**
 * The rows of key paths are compared with their items. Named by the newest entry that speaks of one of these key paths:
 * what else is appended meanwhile, such as that a version is in use, takes nothing from a pass that is under way.
 */
export function verifyId(paths: PathsByType, { all = false, repair = false, orphans }: VerifyKind): string {
  const kind = [all ? '-all' : '', repair ? '-repair' : '', orphans === undefined ? '' : '-orphans'];
  return `${VERIFY}${verifiedEpoch(paths)}${kind.join('')}`;
}

export interface VerifyKind {
  readonly all?: boolean;
  readonly repair?: boolean;
  readonly orphans?: 'delete';
}

/** The epoch that a verify of key paths is recorded with: they are strict since then, and no verify of them was recorded with it. */
export function verifiedEpoch(paths: PathsByType): number {
  const each = [...paths.values()].flatMap((ofType) => ofType.paths);
  return Math.max(0, ...each.map(({ since, verified }) => Math.max(since, (verified?.epoch ?? 0) + 1)));
}

/** The first pass of a verify, which digests the rows. */
export const digestsId = (verify: string): string => `${verify}${DIGESTS}`;

/**
 * The second pass of a verify, which looks at what certain digests leave in doubt. Whoever has other digests, because those
 * were made anew, takes part in another one.
 */
export const lookId = (verify: string, digests: string): string => `${verify}${LOOK}${digests}`;

const isLookOf = (verify: string, id: string): boolean => id.startsWith(`${verify}${LOOK}`);

/** Takes the records of a verify from the table. Whoever takes part in it finds that they are gone, and looks anew. */
export async function endVerify({ gateway }: Session, verify: string): Promise<void> {
  for (const { id } of await readWorks(gateway)) if (isLookOf(verify, id)) await endWork(gateway, id);
  await dropDigests(gateway, digestsId(verify));
  await endWork(gateway, digestsId(verify));
}

/** Takes the records of a verify from the table where it has ended: a new one has to begin. */
export async function endFinishedVerify(session: Session, verify: string): Promise<void> {
  const works = await readWorks(session.gateway);
  const passes = works.filter(({ id }) => id === digestsId(verify) || isLookOf(verify, id));
  if (passes.length > 0 && passes.every(({ state }) => state === 'finished')) await endVerify(session, verify);
}

/** Takes the records of verifies of an earlier epoch from the table on which nobody works, and which nobody has paused. */
export async function endVerifies(session: Session, epoch: number): Promise<void> {
  const works = await readWorks(session.gateway);
  const passes = works.filter(({ id }) => (epochIn(id, VERIFY) ?? Infinity) < epoch);
  const verifiesOf = (some: readonly WorkProgress[]) => new Set(some.flatMap(({ id }) => verifyOf(id) ?? []));
  const busy = verifiesOf(passes.filter(({ state, segments }) => state === 'paused' || segments.leased > 0));
  for (const verify of verifiesOf(passes)) if (!busy.has(verify)) await endVerify(session, verify);
}

/** The epoch of a backfill that was begun and fills some of these key paths; undefined where there is none. Costs a Query. */
export async function backfillUnderWay({ gateway }: Session, paths: PathsByType): Promise<number | undefined> {
  const works = await readWorks(gateway);
  const epochs = works.flatMap(({ id }) => epochIn(id, BACKFILL) ?? []);
  return epochs.find((epoch) => pathsUpTo(paths, epoch).size > 0);
}

/** The key paths in expand that a backfill of an epoch fills. */
export function pathsUpTo(paths: PathsByType, epoch: number): PathsByType {
  const known = [...paths].flatMap(([type, { paths: all, ...of }]) => {
    const those = all.filter(({ since }) => since <= epoch);
    return those.length === 0 ? [] : [[type, { ...of, paths: those }] as const];
  });
  return new Map(known);
}

/** Takes the records of passes from the table whose outcome the registry has. Costs a Query, and writes where there are any. */
export async function endDoneWorks({ gateway, registry }: Session): Promise<void> {
  const { knowledge } = registry;
  const expanding = Math.min(...[...pathsIn(knowledge, 'expand').values()].map(epochOfFirst));
  for (const { id } of await readWorks(gateway)) {
    const swept = epochIn(id, SWEEP);
    const filled = epochIn(id, BACKFILL);
    const stamped = epochIn(id, STAMPS);
    const isDone =
      (swept !== undefined && swept <= knowledge.swept) ||
      (filled !== undefined && filled < expanding) ||
      (stamped !== undefined && stamped < (knowledge.restored?.since ?? 0));
    if (isDone) await endWork(gateway, id);
  }
}

/** How many rows a pass has come to its end past, so that what it is for still waits; 0 where it has not, or is under way. */
export const stuckPast = (works: readonly WorkProgress[], isIt: (id: string) => boolean): number =>
  works.find(({ id, state, passedOver }) => state === 'finished' && passedOver !== undefined && isIt(id))?.passedOver ??
  0;

/** True for a backfill of some of these key paths. */
export const isBackfillOf = (paths: PathsByType, id: string): boolean =>
  pathsUpTo(paths, epochIn(id, BACKFILL) ?? -1).size > 0;

/**
 * What an unfinished pass is there for, by what the registry says now: another step of the operator goes on with it (`waited
 * for`); its own does, which nothing else asks for; or nothing (undefined).
 */
export function purposeOf(knowledge: Knowledge, id: string): 'waited for' | 'mendRestored' | 'verify' | undefined {
  const [swept, filled, stamped, verified] = [SWEEP, BACKFILL, STAMPS, VERIFY].map((kind) => epochIn(id, kind));
  if (swept !== undefined) return swept > knowledge.swept ? 'waited for' : undefined;
  const waits = (state: PathState): PathsByType => pathsIn(knowledge, state);
  if (filled !== undefined) return pathsUpTo(waits('expand'), filled).size > 0 ? 'waited for' : undefined;
  if (stamped !== undefined) return stamped > (knowledge.restored?.since ?? 0) ? 'mendRestored' : undefined;
  if (verified === undefined) return undefined;
  const isOfAll = verifyKindOf(id).all === true;
  if (!isOfAll && waits('strict').size > 0) return 'waited for';
  return isOfAll ? 'verify' : undefined;
}

/** How a verify was called, by the id of one of its passes. */
export function verifyKindOf(id: string): { readonly all?: true; readonly repair?: true; readonly orphans?: 'delete' } {
  const [, all, repair, orphans] = /^verify-\d+(-all)?(-repair)?(-orphans)?-/.exec(id) ?? [];
  return {
    ...(all === undefined ? {} : { all: true }),
    ...(repair === undefined ? {} : { repair: true }),
    ...(orphans === undefined ? {} : { orphans: 'delete' }),
  };
}

/** The verify that a pass is a part of; undefined where it is none of one. */
export const verifyOf = (id: string): string | undefined =>
  id.startsWith(VERIFY) ? id.split(LOOK)[0]!.replace(DIGESTS, '') : undefined;

const epochOfFirst = ({ paths }: TypePaths): number => Math.min(...paths.map(({ since }) => since));

function epochIn(id: string, kind: string): number | undefined {
  return id.startsWith(kind) ? parseInt(id.slice(kind.length), 10) : undefined;
}
