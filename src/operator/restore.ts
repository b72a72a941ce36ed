import { randomUUID } from 'node:crypto';
import { isOfItem, isSecondary, stampOf } from '../protocol/row.js';
import { isRestoreSwept, type Knowledge } from '../registry/knowledge.js';
import { fenceEpochOf } from '../registry/fences.js';
import { runWork } from '../work/run-work.js';
import { type SegmentTask, withLimitsOf, type WorkProgress } from '../work/work.js';
import { endWork } from '../work/works.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import { assertOperatorOptions } from './options.js';
import { readingForecast } from './forecast.js';
import { stampsId } from './pass.js';
import { cutOf } from './segments.js';
import {
  begunNow,
  openSession,
  type OperatorOptions,
  type RunningStep,
  type Session,
  type StepOptions,
  timeLeft,
} from './session.js';
import { nothingSweptYet, sweepAll, type SweepReport } from './sweep.js';

/** What was done to a table that was restored. */
export interface RestoredReport extends SweepReport {
  /** The id of the registry from now on. */
  readonly registry: string;
}

/**
 * Makes a table that was restored from a backup, or copied, one that applications may use: rows of a backup are not all of
 * one moment, and some may be stamped by entries that its registry does not have. The registry gets a new id and an
 * epoch above every stamp, and every item is brought to both, with all its rows.
 *
 * End all processes that knew the table before it was restored, run this to its end, then `verify` with `all` and `repair`,
 * which mends rows that no item has any more, and only then let applications open the table: until then they get a
 * RegistryForkError for what was not brought yet. What nothing can be done with is in `passedOver`: a row that is damaged; an
 * item of a type that the registry does not know (publish the version that has it); two items with one key on a key path
 * that is *strict* or promoted, which were in the table one after the other (delete one of them by hand). Safe to stop and to repeat, and shared by all who run it at once. On a
 * table that is sound it does no harm, but for its cost.
 *
 * Costs two Scans of the table and a drain, one transaction for each item (twice the write units of its rows), a write for
 * each epoch that the registry lacked, and the 65 of the fences.
 *
 * @example
 * await mendRestored({ schema: shop, table: 'shop-restored', client });
 * await verify({ schema: shop, table: 'shop-restored', client, all: true, repair: true });
 *
 * @throws StoreOptionError where an option is unknown or not what it takes
 * @throws NotPublishedError, PastChangedError where the schema is not the table's
 * @throws ContentionError where an item is written by others again and again: call again
 * @throws OutcomeUnknownError where no attempt at an entry of the registry was answered: call again
 */
export async function mendRestored(options: OperatorOptions): Promise<RestoredReport> {
  assertOperatorOptions('mendRestored', options);
  return mendRestoredIn(await openSession(options), options);
}

/** `mendRestored`, in a session that is open. */
export async function mendRestoredIn(session: Session, options: StepOptions): Promise<RestoredReport> {
  const { gateway, registry } = session;
  let running = begunNow(session, options);
  const unfinished = nothingSweptYet;
  if (isRestoreSwept(registry.knowledge)) {
    const begun = registry.knowledge.epoch;
    const id = stampsId(begun);
    const found = await highestStamp(session, running, id);
    if (found === undefined) return { registry: registry.knowledge.registryId, ...unfinished };
    const { highest } = found;
    running = withLimitsOf(found.work, running);
    // Who was faster has appended all of it.
    const isMine = ({ restored }: Knowledge): boolean => (restored?.since ?? 0) <= begun;
    await registry.appendAll((known) => {
      running.signal?.throwIfAborted();
      if (!isMine(known)) return undefined;
      return known.epoch < highest ? { kind: 'void' } : { kind: 'restored', registry: randomUUID() };
    });
    await endWork(gateway, id);
  }
  const { restored, registryId } = registry.knowledge;
  return { registry: registryId, ...(await sweepAll(session, running, restored!.since)) };
}

interface Highest {
  /** The highest epoch that a row, a fence or the registry speaks of. */
  readonly highest: number;
  /** How the pass stood that found it. */
  readonly work: WorkProgress;
}

/** Undefined where the time was over first. */
async function highestStamp(session: Session, running: RunningStep, id: string): Promise<Highest | undefined> {
  const { gateway, registry } = session;
  let items = 0;
  for (;;) {
    const end = await runWork<number>(
      gateway,
      registry.knowledge.shortId,
      {
        id,
        kind: 'sweep',
        ...cutOf(session, running),
        checkpoint: 'page',
        forecast: () => readingForecast(session, running),
        open: (_, sofar) => new SegmentStamps(sofar ?? 0, () => void items++),
      },
      {
        ...running,
        timeLimit: timeLeft(session, running),
        onProgress: (work) => running.onProgress?.({ step: 'sweep', items, written: 0, work }),
      },
    );
    if (!end.finished) return undefined;
    const work = end.progress;
    const stamps = end.results.map((highest) => highest ?? 0);
    if (!end.elsewhere) return { highest: Math.max(registry.knowledge.epoch, ...stamps), work };
    // Another worker has appended what it was for.
    await registry.refresh();
    if (!isRestoreSwept(registry.knowledge)) return { highest: registry.knowledge.epoch, work };
  }
}

/** The highest epoch in a segment. */
class SegmentStamps implements SegmentTask<number> {
  /** @param metItem called for every row that is an item */
  constructor(
    private highest: number,
    private readonly metItem: () => void,
  ) {}

  row(...[raw, key]: Parameters<SegmentTask<number>['row']>): undefined {
    if (isOfItem(raw) && !isSecondary(raw)) this.metItem();
    this.highest = Math.max(this.highest, fenceEpochOf(raw) ?? 0, epochOf(raw, key));
  }

  result(): number {
    return this.highest;
  }
}

/** The epoch in the stamp of an item's row; 0 where it has none that can be read: the sweep tells of that. */
function epochOf(row: AttributeMap, key: RowKey): number {
  try {
    return isOfItem(row) ? stampOf(row, key).epoch : 0;
  } catch (error) {
    if (error instanceof DamagedRowError) return 0;
    throw error;
  }
}
