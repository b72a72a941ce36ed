import { KeyPathConflictError } from '../protocol/errors.js';
import { isOfItem, isSecondary, own, type PrimaryRow, readPrimary, sameKey } from '../protocol/row.js';
import { assertIsCopy, assertOwnKey } from '../protocol/sound.js';
import { goneAt, newestRemoval } from '../registry/knowledge.js';
import { recordSweep, takeAway } from '../registry/retire-decisions.js';
import { rowSize } from '../table/row-size.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { runWork } from '../work/run-work.js';
import type { SegmentTask, WorkEnd, WorkProgress } from '../work/work.js';
import { drain } from './drain.js';
import { forecastOf } from './forecast.js';
import { type Freed, freedTogether, nothingFreed } from './freed.js';
import { endDoneWorks, sweepId } from './pass.js';
import { nothingPassedOver, orPassOver, type PassedOver, passedOverTogether, PassingOver } from './passed-over.js';
import { REPORT_EVERY } from './progress.js';
import { cutOf } from './segments.js';
import { type RunningStep, type Session, timeLeft } from './session.js';

/** What a sweep did: all workers together, also those of earlier calls that were stopped. */
export interface SweepReport {
  /** How many items were met that were to be at its epoch. */
  readonly items: number;
  /** How many of them were behind and are not any longer; the others were at the epoch, or were deleted meanwhile. */
  readonly written: number;
  /**
   * True when a worker was killed: what it wrote after its last checkpoint, at most 250 items, was met again as
   * done already. So `written` is too low by as much.
   */
  readonly killed: boolean;
  /**
   * Rows that nothing can be done with before somebody mends them: the pass went on past them to its end, and is not
   * finished. Mend them, then call again.
   */
  readonly passedOver: PassedOver;
  /** False when `timeLimit` ended the call first: call again to go on; and when rows were passed over. */
  readonly finished: boolean;
}

export const nothingSwept: SweepReport = Object.freeze({
  items: 0,
  written: 0,
  killed: false,
  passedOver: nothingPassedOver,
  finished: true,
});

export const nothingSweptYet: SweepReport = Object.freeze({ ...nothingSwept, finished: false });

/** What is kept of a segment. */
interface Swept {
  readonly items: number;
  readonly written: number;
  readonly passedOver?: PassedOver;
  readonly freed?: Freed;
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
 * Costs what `sampledRows` does, a Scan of the table, and for each item that is behind twice the write units of its rows.
 *
 * @param id names the pass: its epoch, and which items it brings there
 * @param epochFor the epoch that items of a type are to reach; undefined where they may stay as they are
 * @param countsFreed whether what it takes from the table is counted
 * @throws the signal's reason, between two rows; what is about more than one row
 */
export async function sweep(
  session: Session,
  options: RunningStep,
  id: string,
  epochFor: (type: string) => number | undefined,
  countsFreed = false,
): Promise<SweepEnd> {
  const { gateway, registry } = session;
  const mine = { items: 0, written: 0 };
  let work: WorkProgress | undefined;
  const tell = (): void => options.onProgress?.({ step: 'sweep', ...mine, ...(work === undefined ? {} : { work }) });
  const plan = {
    id,
    kind: 'sweep' as const,
    ...cutOf(session, options),
    checkpoint: 'page' as const,
    // Somebody may have mended what it went on past.
    beginsAnew: (results: readonly (Swept | undefined)[]) => results.some((each) => (each?.passedOver?.count ?? 0) > 0),
    forecast: () =>
      forecastOf(
        session,
        { knowledge: registry.knowledge, passes: 1, epochFor: (type) => epochFor(type) ?? 0 },
        options,
      ),
    open: (_: number, sofar: Swept | undefined, of: number) =>
      new SegmentSweep(
        session,
        epochFor,
        { sofar, of },
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
  const swept = sumOf(end);
  return { ...swept, finished: end.finished && swept.passedOver.count === 0, elsewhere: end.elsewhere };
}

function sumOf({ results, killed }: WorkEnd<Swept>): Omit<SweepReport, 'finished'> & { readonly freed: Freed } {
  const of = (what: Counted): number => results.reduce((sum, each) => sum + (each?.[what] ?? 0), 0);
  const passedOver = passedOverTogether(results.map((each) => each?.passedOver));
  const freed = results.reduce((sum, each) => freedTogether(sum, each?.freed ?? nothingFreed), nothingFreed);
  return { items: of('items'), written: of('written'), killed, passedOver, freed };
}

/** What several passes did, one after the other. */
export function sweptTogether(a: SweepReport, b: SweepReport): SweepReport {
  return {
    items: a.items + b.items,
    written: a.written + b.written,
    killed: a.killed || b.killed,
    passedOver: b.passedOver,
    finished: b.finished,
  };
}

type Counted = 'items' | 'written';

/** The sweep of one segment. */
class SegmentSweep implements SegmentTask<Swept> {
  #items: number;
  #written: number;
  readonly #passing: PassingOver;
  #freed: Freed;

  constructor(
    private readonly session: Session,
    private readonly epochFor: (type: string) => number | undefined,
    { sofar, of }: { readonly sofar: Swept | undefined; readonly of: number },
    private readonly counted: (what: Counted) => void,
    private readonly countsFreed: boolean,
  ) {
    this.#items = sofar?.items ?? 0;
    this.#written = sofar?.written ?? 0;
    this.#passing = new PassingOver(sofar?.passedOver, of);
    this.#freed = sofar?.freed ?? nothingFreed;
  }

  row(...[raw, key]: Parameters<SegmentTask<Swept>['row']>): Promise<void> | undefined {
    if (!isOfItem(raw)) return undefined;
    return orPassOver(this.#passing, key, () => {
      if (isSecondary(raw)) return void assertIsCopy(raw, key, this.session.registry.knowledge);
      const item = readPrimary(raw, key);
      const epoch = this.epochFor(item.type);
      return epoch === undefined ? this.#leave(item) : this.#bring(item, epoch);
    });
  }

  result(): Swept {
    const { all: passedOver } = this.#passing;
    return {
      items: this.#items,
      written: this.#written,
      ...(passedOver.count === 0 ? {} : { passedOver }),
      ...(this.#freed.bytes > 0 ? { freed: this.#freed } : {}),
    };
  }

  /** What says that it is of another type may be one of these, damaged. */
  #leave(item: PrimaryRow): Promise<void> | undefined {
    const { registry } = this.session;
    if (registry.knowledge.demanded.has(item.type)) return void assertOwnKey(item, registry.knowledge);
    return registry.catchUp(item.epoch, item.registry).then((knowledge) => assertOwnKey(item, knowledge));
  }

  #count(before: PrimaryRow, now: PrimaryRow): void {
    if (this.countsFreed) this.#freed = freedTogether(this.#freed, freedFrom(before, now));
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

async function sweptAll(
  session: Session,
  options: RunningStep,
  epoch: number,
  countsFreed: boolean,
): Promise<FreeingReport> {
  const { registry } = session;
  let swept: FreeingReport = { ...nothingSwept, freed: nothingFreed };
  while (registry.knowledge.swept < epoch) {
    if (!(await drain(session, options, 'writers'))) return { ...swept, finished: false };
    const { elsewhere, freed, ...report } = await sweep(session, options, sweepId(epoch), () => epoch, countsFreed);
    swept = { ...sweptTogether(swept, report), freed: freedTogether(swept.freed, freed) };
    if (!swept.finished) return swept;
    // What another worker has ended it has recorded, too; where it has not, all is done again.
    if (elsewhere) await registry.refresh();
    else await registry.append(recordSweep(epoch));
  }
  await endDoneWorks(session);
  return swept;
}

/**
 * Takes away what a *dropping* or a withdrawal left, all of it: readers that have not heard of it are waited for, then
 * writers are told to leave it behind, then what they have not written is swept. Costs two drains, and a sweep.
 */
export async function sweepAway(session: Session, options: RunningStep): Promise<FreeingReport> {
  const { registry } = session;
  for (let removal; (removal = newestRemoval(registry.knowledge)) > 0;) {
    if (!(await drain(session, options, 'readers'))) return { ...nothingSweptYet, freed: nothingFreed };
    await registry.append(takeAway(removal));
  }
  return sweptAll(session, options, goneAt(registry.knowledge), true);
}
