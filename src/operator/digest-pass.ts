import { pathIdOf } from '../keypaths/model.js';
import {
  isOfItem,
  isSecondary,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  type SecondaryRow,
  stampOf,
} from '../protocol/row.js';
import { assertOwnKey, assertSound } from '../protocol/sound.js';
import { runWork } from '../work/run-work.js';
import type { SegmentTask, WorkProgress } from '../work/work.js';
import { bucketsFor, type DigestContext, Digests } from './digest.js';
import { keepDigests, type KeptPlace, mergeDigests, nameOf } from './digest-rows.js';
import { readingForecast } from './forecast.js';
import { digestsId, endVerify } from './pass.js';
import { isAboutOneRow, orPassOver } from './passed-over.js';
import { isBehind, isDemanded, isGone, modelsIn, type PathsByType } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { cutOf } from './segments.js';
import { type RunningStep, type Session, timeLeft } from './session.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';

/** The digests of all segments. */
export interface DigestsOfAll {
  readonly name: string;
  readonly all: Digests;
  /** True when some row is to be looked at whatever the digests say: it could not be digested, or no sweep has met it. */
  readonly doubtful: boolean;
}

/** What the first pass of a verify came to. */
export interface Digested {
  /** Of the item types that have these key paths. */
  readonly items: number;
  /** ISO text, by the server's clock: when the pass began. */
  readonly begun: string;
  /** Undefined where the time was over first, or another worker has ended the verify. */
  readonly digests?: DigestsOfAll;
  readonly finished: boolean;
  /** How it stood when it ended. */
  readonly work: WorkProgress;
}

/** What is kept of a segment. */
interface Kept {
  readonly items: number;
  readonly digests: KeptPlace;
  /** How many rows could not be digested, or are to be looked at although they are on none of the key paths. */
  readonly doubtful?: number;
}

/**
 * The first pass of a verify: digests the rows on these key paths, as items want them and as they are. Whoever runs the
 * same one takes part in it, and has the digests of all of it then.
 *
 * Costs a Scan of the table, a write for each segment and key path, and a Query of what was written.
 *
 */
export async function digestTable(
  session: Session,
  paths: PathsByType,
  options: RunningStep & { readonly all?: boolean },
  verify: string,
): Promise<Digested> {
  const { gateway, registry } = session;
  let items = 0;
  let work: WorkProgress | undefined;
  const tell = (): void => options.onProgress?.({ step: 'digest', items, ...(work === undefined ? {} : { work }) });
  const counted = (): void => {
    if (++items % REPORT_EVERY === 0) tell();
  };
  const id = digestsId(verify);
  const plan = {
    id,
    kind: 'verify' as const,
    ...cutOf(session, options),
    // Digests are written anew each time, and are large beside a page.
    checkpoint: 'segment' as const,
    forecast: () => readingForecast(session, options, modelsIn(paths)),
    open: async (number: number, sofar: Kept | undefined, of: number) => {
      const place = { verify, work: id, number, of, all: options.all === true };
      const segment = new SegmentDigest(session, paths, place, sofar, counted);
      await segment.goOn(sofar);
      return segment;
    },
  };
  const end = await runWork<Kept>(gateway, registry.knowledge.shortId, plan, {
    ...options,
    timeLimit: timeLeft(session, options),
    onProgress: (progress) => {
      work = progress;
      tell();
    },
  });
  const kept = end.results.flatMap((result) => result ?? []);
  const found = {
    items: kept.reduce((sum, each) => sum + each.items, 0),
    begun: end.progress.begun,
    finished: end.finished,
    work: end.progress,
  };
  if (!end.finished || end.elsewhere) return found;
  const digests = new Digests(bucketsFor(end.progress.segments.all));
  const places = kept.map((each) => each.digests);
  if (await mergeDigests(gateway, id, places, digests)) {
    const doubtful = kept.some((each) => each.doubtful !== undefined);
    return { ...found, digests: { name: nameOf(places), all: digests, doubtful } };
  }
  // Somebody who was taking all of it away has died.
  await endVerify(session, verify);
  return found;
}

interface Place {
  readonly verify: string;
  readonly work: string;
  readonly number: number;
  readonly of: number;
  /** True to digest rows on key paths that are gone, too: no item takes them away again. */
  readonly all: boolean;
}

/** The first pass over one segment. */
class SegmentDigest implements SegmentTask<Kept> {
  private readonly digests: Digests;
  private items: number;
  private doubtful: number;

  constructor(
    private readonly session: Session,
    private readonly paths: PathsByType,
    private readonly place: Place,
    sofar: Kept | undefined,
    private readonly counted: () => void,
  ) {
    this.digests = new Digests(bucketsFor(place.of));
    this.items = sofar?.items ?? 0;
    this.doubtful = sofar?.doubtful ?? 0;
  }

  /** Takes over what was kept where a worker stopped. Where that was taken away, the rest of the verify goes, too. */
  async goOn(sofar: Kept | undefined): Promise<void> {
    const { session, place, digests } = this;
    if (sofar === undefined || (await mergeDigests(session.gateway, place.work, [sofar.digests], digests))) return;
    await endVerify(session, place.verify);
  }

  row(...[raw, key]: Parameters<SegmentTask<Kept>['row']>): Promise<void> | undefined {
    if (!isOfItem(raw)) return undefined;
    return orPassOver(this, key, () =>
      isSecondary(raw) ? this.#addRow(raw, key, readSecondary(raw, key)) : this.#addItem(readPrimary(raw, key)),
    );
  }

  /** The second pass tells of it. */
  note(key: RowKey, error: unknown): void {
    if (!isAboutOneRow(error)) throw error;
    this.doubtful++;
    this.digests.doubtKey(key);
  }

  #addItem(item: PrimaryRow): Promise<void> | undefined {
    const { registry } = this.session;
    // Without a wait for each item, where it can be.
    if (this.#isKnown(item)) return void this.#addKnown(item);
    return registry.catchUp(item.epoch, item.registry).then(() => this.#addKnown(item));
  }

  #addKnown(item: PrimaryRow): void {
    const { knowledge } = this.session.registry;
    const paths = this.paths.get(item.type);
    if (paths === undefined && !this.place.all) return assertOwnKey(item, knowledge);
    assertSound(item, knowledge);
    if (paths === undefined) {
      // One that a sweep did not meet: the second pass brings it.
      if (item.epoch < knowledge.swept) this.doubtful++;
      return;
    }
    this.items++;
    this.counted();
    if (isBehind(knowledge, paths, item)) this.digests.doubtItem(paths, item);
    else this.digests.addItem(this.#context(), paths, item);
  }

  #addRow(raw: AttributeMap, key: RowKey, row: SecondaryRow): Promise<void> | undefined {
    const { registry } = this.session;
    const isMeant = this.paths.get(row.type)?.paths.some(({ path }) => path.id === pathIdOf(row.path)) === true;
    if (!isMeant) {
      const mayBeGone = this.place.all && !isDemanded(registry.knowledge, row.type, row.path);
      return mayBeGone ? this.#addGone(raw, key, row) : undefined;
    }
    const stamp = stampOf(raw, key);
    if (this.#isKnown(stamp)) return void this.digests.addRow(this.#context(), raw, key, row);
    return registry.catchUp(stamp.epoch, stamp.registry).then(
      () => this.digests.addRow(this.#context(), raw, key, row),
      (error: unknown) => {
        this.digests.doubtRow(key, row);
        throw error;
      },
    );
  }

  /** A row on a key path that is not known: one that is gone, or of an entry that is yet to be read. */
  async #addGone(raw: AttributeMap, key: RowKey, row: SecondaryRow): Promise<void> {
    const { registry } = this.session;
    const { epoch, registry: id } = stampOf(raw, key);
    await registry.catchUp(epoch, id);
    if (isGone(registry.knowledge, row)) this.digests.addRow(this.#context(), raw, key, row);
  }

  #isKnown({ epoch, registry }: { readonly epoch: number; readonly registry: string }): boolean {
    const { knowledge } = this.session.registry;
    return epoch <= knowledge.epoch && registry === knowledge.shortId;
  }

  #context(): DigestContext {
    const { gateway } = this.session;
    return { keys: gateway.keys, serverTime: gateway.serverTime() };
  }

  async result(): Promise<Kept> {
    const { session, place, items, doubtful } = this;
    const digests = await keepDigests(session.gateway, place.work, place.number, this.digests.kept());
    return { items, digests, ...(doubtful === 0 ? {} : { doubtful }) };
  }
}
