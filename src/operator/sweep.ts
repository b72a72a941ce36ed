import { KeyPathConflictError } from '../protocol/errors.js';
import { isSecondary, own, type PrimaryRow, readPrimary, sameKey } from '../protocol/row.js';
import { goneAt, newestRemoval } from '../registry/knowledge.js';
import { recordSweep, takeAway } from '../registry/retire-decisions.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { runWork } from '../work/run-work.js';
import type { SegmentTask, WorkEnd, WorkProgress } from '../work/work.js';
import { drain } from './drain.js';
import { endDoneWorks, sweepId } from './pass.js';
import { REPORT_EVERY } from './progress.js';
import { segmentsFor } from './segments.js';
import { type RunningStep, type Session, timeLeft } from './session.js';

/** What a sweep did: all workers together, also those of earlier calls that were stopped. */
export interface SweepReport {
  /** How many items were met that were to be at its epoch. */
  readonly items: number;
  /** How many of them were behind and are not any longer; the others were at the epoch, or were deleted meanwhile. */
  readonly written: number;
  /** False where `timeLimit` ended the call first: call again to go on. */
  readonly finished: boolean;
}

export const nothingSwept: SweepReport = Object.freeze({ items: 0, written: 0, finished: true });

const unfinished: SweepReport = Object.freeze({ items: 0, written: 0, finished: false });

/** What is kept of a segment. */
interface Swept extends Omit<SweepReport, 'finished'> {
  readonly freed?: Freed;
}

/** Rows and bytes that a sweep took from the table: what writers have left behind before it is not counted. */
export interface Freed {
  readonly rows: number;
  readonly bytes: number;
}

/** What a pass came to. */
export interface SweepEnd extends SweepReport {
  /** True where another worker ended the pass, and wrote into the registry what it was for. */
  readonly elsewhere: boolean;
  readonly freed: Freed;
}

/**
 * Sweep: brings items to an epoch, one transaction each, also those that "need nothing" and those that have expired: the
 * stamp is what stops a process that slept. Only what is at its epoch already is passed over. Whoever runs the same one
 * takes part in it.
 *
 * Costs a Scan of the table, and for each item that is behind twice the write units of its rows.
 *
 * @param id names the pass: its epoch, and which items it brings there
 * @param epochFor the epoch that an item is to reach; undefined where it may stay as it is
 * @param countsFreed whether what it takes from the table is counted
 * @throws DamagedRowError, ForeignRowError, KeyPathConflictError; the signal's reason, between two rows
 */
export async function sweep(
  session: Session,
  options: RunningStep,
  id: string,
  epochFor: (item: PrimaryRow) => number | undefined,
  countsFreed = false,
): Promise<SweepEnd> {
  const { gateway, registry } = session;
  const mine = { items: 0, written: 0 };
  let work: WorkProgress | undefined;
  const tell = (): void => options.onProgress?.({ step: 'sweep', ...mine, ...(work === undefined ? {} : { work }) });
  const plan = {
    id,
    kind: 'sweep' as const,
    segments: options.segments ?? segmentsFor(session.size),
    checkpoint: 'page' as const,
    open: (_: number, sofar: Swept | undefined) =>
      new SegmentSweep(
        session,
        epochFor,
        sofar,
        (item) => {
          mine[item]++;
          if (item === 'items' && mine.items % REPORT_EVERY === 0) tell();
        },
        countsFreed,
      ),
  };
  const end = await runWork<Swept>(gateway, registry.knowledge.shortId, plan, {
    ...options,
    timeLimit: timeLeft(session, options),
    onProgress: (progress) => {
      work = progress;
      tell();
    },
  });
  return { ...sumOf(end), finished: end.finished, elsewhere: end.elsewhere };
}

function sumOf({ results }: WorkEnd<Swept>): Swept & { readonly freed: Freed } {
  const sum = (of: (kept: Swept) => number | undefined): number =>
    results.reduce((total, each) => total + ((each && of(each)) ?? 0), 0);
  return {
    items: sum(({ items }) => items),
    written: sum(({ written }) => written),
    freed: { rows: sum(({ freed }) => freed?.rows), bytes: sum(({ freed }) => freed?.bytes) },
  };
}

/** The sweep of one segment. */
class SegmentSweep implements SegmentTask<Swept> {
  #items: number;
  #written: number;
  #freed: Freed;

  constructor(
    private readonly session: Session,
    private readonly epochFor: (item: PrimaryRow) => number | undefined,
    sofar: Swept | undefined,
    private readonly counted: (what: 'items' | 'written') => void,
    private readonly countsFreed: boolean,
  ) {
    this.#items = sofar?.items ?? 0;
    this.#written = sofar?.written ?? 0;
    this.#freed = sofar?.freed ?? { rows: 0, bytes: 0 };
  }

  row(...[raw, key]: Parameters<SegmentTask<Swept>['row']>): Promise<void> | undefined {
    if (!(own.type in raw) || isSecondary(raw)) return undefined;
    const item = readPrimary(raw, key);
    const epoch = this.epochFor(item);
    return epoch === undefined ? undefined : this.#bring(item, epoch);
  }

  result(): Swept {
    const freed = this.#freed.bytes > 0 ? { freed: this.#freed } : {};
    return { items: this.#items, written: this.#written, ...freed };
  }

  #count(before: PrimaryRow, now: PrimaryRow): void {
    if (!this.countsFreed) return;
    const { rows, bytes } = freedFrom(before, now);
    this.#freed = { rows: this.#freed.rows + rows, bytes: this.#freed.bytes + bytes };
  }

  async #bring(item: PrimaryRow, epoch: number): Promise<void> {
    const { registry, writer } = this.session;
    const isFormer = registry.knowledge.restored?.former.includes(item.registry) === true;
    if (!isFormer) await registry.catchUp(item.epoch, item.registry);
    this.#items++;
    this.counted('items');
    if (item.epoch >= epoch && !isFormer) return;
    const now = await swept(writer, item, epoch);
    if (now === undefined) return;
    this.#count(item, now);
    this.#written++;
    this.counted('written');
  }
}

/** What a sweep took from an item: attributes that are gone from all of its rows, and rows. */
function freedFrom(before: PrimaryRow, now: PrimaryRow): Freed {
  const there = ({ manifest }: PrimaryRow) => [...manifest.values()].filter((key) => key !== 'open');
  const left = there(now);
  const isLeft = (key: RowKey): boolean => left.some((other) => sameKey(other, key));
  const gone = there(before).filter((key) => !isLeft(key)).length;
  const attributes = Object.entries(before.raw).filter(([name]) => !name.startsWith('$') && !(name in now.raw));
  const copy = rowSize(copiedOf(before.raw));
  return { rows: gone, bytes: rowSize(Object.fromEntries(attributes)) * (1 + left.length) + copy * gone };
}

/** About what a secondary row has of an item. */
function copiedOf(raw: AttributeMap): AttributeMap {
  const { [own.manifest]: _, [own.ancestors]: __, ...copied } = raw;
  return copied;
}

/** @throws KeyPathConflictError that says which item it is */
async function swept(writer: Session['writer'], item: PrimaryRow, epoch: number): Promise<PrimaryRow | undefined> {
  try {
    return await writer.sweep(item, epoch);
  } catch (error) {
    if (!(error instanceof KeyPathConflictError)) throw error;
    throw new KeyPathConflictError(String(error.facts['type']), String(error.facts['keyPath']), item.key);
  }
}

/**
 * Brings every item of the table to an epoch, after a drain, and writes that into the registry.
 *
 * @param epoch of an entry that is known
 */
export async function sweepAll(session: Session, options: RunningStep, epoch: number): Promise<SweepReport> {
  const { freed: _, ...report } = await sweptAll(session, options, epoch, false);
  return report;
}

type FreeingReport = SweepReport & { readonly freed: Freed };

const nothingFreed: Freed = Object.freeze({ rows: 0, bytes: 0 });

async function sweptAll(
  session: Session,
  options: RunningStep,
  epoch: number,
  countsFreed: boolean,
): Promise<FreeingReport> {
  const { registry } = session;
  const sum = { items: 0, written: 0, freed: nothingFreed };
  while (registry.knowledge.swept < epoch) {
    if (!(await drain(session, options, 'writers'))) return { ...unfinished, freed: nothingFreed };
    const end = await sweep(session, options, sweepId(epoch), () => epoch, countsFreed);
    const { finished, elsewhere, items, written, freed } = end;
    sum.items += items;
    sum.written += written;
    sum.freed = { rows: sum.freed.rows + freed.rows, bytes: sum.freed.bytes + freed.bytes };
    if (!finished) return { ...sum, finished };
    // What another worker has ended it has recorded, too; where it has not, all is done again.
    if (elsewhere) await registry.refresh();
    else await registry.append(recordSweep(epoch));
  }
  await endDoneWorks(session);
  return { ...sum, finished: true };
}

/**
 * Takes away what a *dropping* or a withdrawal left, all of it: readers that have not heard of it are waited for, then
 * writers are told to leave it behind, then what they have not written is swept. Costs two drains, and a sweep.
 */
export async function sweepAway(session: Session, options: RunningStep): Promise<FreeingReport> {
  const { registry } = session;
  for (let removal; (removal = newestRemoval(registry.knowledge)) > 0;) {
    if (!(await drain(session, options, 'readers'))) return { ...unfinished, freed: nothingFreed };
    await registry.append(takeAway(removal));
  }
  return sweptAll(session, options, goneAt(registry.knowledge), true);
}
