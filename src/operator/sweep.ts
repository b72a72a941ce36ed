import { KeyPathConflictError } from '../protocol/errors.js';
import { isSecondary, own, type PrimaryRow, readPrimary } from '../protocol/row.js';
import { goneAt, newestRemoval } from '../registry/knowledge.js';
import { recordSweep, takeAway } from '../registry/retire-decisions.js';
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
type Swept = Omit<SweepReport, 'finished'>;

/** What a pass came to. */
export interface SweepEnd extends SweepReport {
  /** True where another worker ended the pass, and wrote into the registry what it was for. */
  readonly elsewhere: boolean;
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
 * @throws DamagedRowError, ForeignRowError, KeyPathConflictError; the signal's reason, between two rows
 */
export async function sweep(
  session: Session,
  options: RunningStep,
  id: string,
  epochFor: (item: PrimaryRow) => number | undefined,
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
      new SegmentSweep(session, epochFor, sofar, (item) => {
        mine[item]++;
        if (item === 'items' && mine.items % REPORT_EVERY === 0) tell();
      }),
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

function sumOf({ results }: WorkEnd<Swept>): Swept {
  const of = (what: keyof Swept): number => results.reduce((sum, each) => sum + (each?.[what] ?? 0), 0);
  return { items: of('items'), written: of('written') };
}

/** The sweep of one segment. */
class SegmentSweep implements SegmentTask<Swept> {
  #items: number;
  #written: number;

  constructor(
    private readonly session: Session,
    private readonly epochFor: (item: PrimaryRow) => number | undefined,
    sofar: Swept | undefined,
    private readonly counted: (what: keyof Swept) => void,
  ) {
    this.#items = sofar?.items ?? 0;
    this.#written = sofar?.written ?? 0;
  }

  row(...[raw, key]: Parameters<SegmentTask<Swept>['row']>): Promise<void> | undefined {
    if (!(own.type in raw) || isSecondary(raw)) return undefined;
    const item = readPrimary(raw, key);
    const epoch = this.epochFor(item);
    return epoch === undefined ? undefined : this.#bring(item, epoch);
  }

  result(): Swept {
    return { items: this.#items, written: this.#written };
  }

  async #bring(item: PrimaryRow, epoch: number): Promise<void> {
    const { registry, writer } = this.session;
    const isFormer = registry.knowledge.restored?.former.includes(item.registry) === true;
    if (!isFormer) await registry.catchUp(item.epoch, item.registry);
    this.#items++;
    this.counted('items');
    if ((item.epoch >= epoch && !isFormer) || (await swept(writer, item, epoch)) === undefined) return;
    this.#written++;
    this.counted('written');
  }
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
  const { registry } = session;
  const sum = { items: 0, written: 0 };
  while (registry.knowledge.swept < epoch) {
    if (!(await drain(session, options, 'writers'))) return unfinished;
    const { finished, elsewhere, items, written } = await sweep(session, options, sweepId(epoch), () => epoch);
    sum.items += items;
    sum.written += written;
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
export async function sweepAway(session: Session, options: RunningStep): Promise<SweepReport> {
  const { registry } = session;
  for (let removal; (removal = newestRemoval(registry.knowledge)) > 0;) {
    if (!(await drain(session, options, 'readers'))) return unfinished;
    await registry.append(takeAway(removal));
  }
  return sweepAll(session, options, goneAt(registry.knowledge));
}
