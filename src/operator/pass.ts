import { endWork, readWorks } from '../work/works.js';
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

const VERIFY = 'verify-';

/** The rows of key paths are compared with their items, as they are after a drain of an epoch. */
export const verifyId = (epoch: number, { all = false, repair = false }: { all?: boolean; repair?: boolean }): string =>
  `${VERIFY}${epoch}${all ? '-all' : ''}${repair ? '-repair' : ''}`;

/**
 * Takes the records of verifies from the table that ended before an epoch: their workers have read what came of them, or
 * find that it is gone and look anew.
 */
export async function endVerifies({ gateway }: Session, epoch: number): Promise<void> {
  for (const { id, state } of await readWorks(gateway)) {
    const of = epochIn(id, VERIFY);
    if (of !== undefined && of < epoch && state === 'finished') await endWork(gateway, id);
  }
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
    const isDone = (swept !== undefined && swept <= knowledge.swept) || (filled !== undefined && filled < expanding);
    if (isDone) await endWork(gateway, id);
  }
}

const epochOfFirst = ({ paths }: TypePaths): number => Math.min(...paths.map(({ since }) => since));

function epochIn(id: string, kind: string): number | undefined {
  return id.startsWith(kind) ? parseInt(id.slice(kind.length), 10) : undefined;
}
