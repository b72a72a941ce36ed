import { pathIdOf } from '../keypaths/model.js';
import { isSecondary, own, readPrimary, readSecondary, type SecondaryRow, stampOf } from '../protocol/row.js';
import { assertSound } from '../protocol/sound.js';
import { runWork } from '../work/run-work.js';
import type { SegmentTask, WorkProgress } from '../work/work.js';
import { bucketsFor, Digests } from './digest.js';
import { keepDigests, type KeptPlace, mergeDigests, nameOf } from './digest-rows.js';
import { digestsId, endVerify } from './pass.js';
import { isDemanded, isGone, type PathsByType } from './paths.js';
import { REPORT_EVERY } from './progress.js';
import { segmentsFor } from './segments.js';
import { type RunningStep, type Session, timeLeft } from './session.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';

/** What the first pass of a verify came to. */
export interface Digested {
  /** Of the item types that have these key paths. */
  readonly items: number;
  /** ISO text, by the server's clock: when the pass began. */
  readonly begun: string;
  /** Undefined where the time was over first, or another worker has ended the verify. */
  readonly digests?: { readonly name: string; readonly all: Digests };
  readonly finished: boolean;
  /** How it stood when it ended. */
  readonly work: WorkProgress;
}

/** What is kept of a segment. */
interface Kept {
  readonly items: number;
  readonly digests: KeptPlace;
}

/**
 * The first pass of a verify: digests the rows on these key paths, as items want them and as they are. Whoever runs the
 * same one takes part in it, and has the digests of all of it then.
 *
 * Costs a Scan of the table, a write for each segment and key path, and a Query of what was written.
 *
 * @throws DamagedRowError, ForeignRowError, RegistryForkError where a row is not what Ductile writes
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
    segments: options.segments ?? segmentsFor(session.size),
    // Digests are written anew each time, and are large beside a page.
    checkpoint: 'segment' as const,
    open: async (number: number, sofar: Kept | undefined, of: number) => {
      const place = { verify, work: id, number, of, all: options.all === true };
      const segment = new SegmentDigest(session, paths, place, sofar?.items ?? 0, counted);
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
    return { ...found, digests: { name: nameOf(places), all: digests } };
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

  constructor(
    private readonly session: Session,
    private readonly paths: PathsByType,
    private readonly place: Place,
    private items: number,
    private readonly counted: () => void,
  ) {
    this.digests = new Digests(bucketsFor(place.of));
  }

  /** Takes over what was kept where a worker stopped. Where that was taken away, the rest of the verify goes, too. */
  async goOn(sofar: Kept | undefined): Promise<void> {
    const { session, place, digests } = this;
    if (sofar === undefined || (await mergeDigests(session.gateway, place.work, [sofar.digests], digests))) return;
    await endVerify(session, place.verify);
  }

  row(...[raw, key]: Parameters<SegmentTask<Kept>['row']>): Promise<void> | undefined {
    if (!(own.type in raw)) return undefined;
    const { gateway, registry } = this.session;
    const context = { keys: gateway.keys, serverTime: gateway.serverTime() };
    if (isSecondary(raw)) {
      const row = readSecondary(raw, key);
      const isMeant = this.paths.get(row.type)?.paths.some(({ path }) => path.id === pathIdOf(row.path)) === true;
      if (isMeant) this.digests.addRow(context, raw, key, row);
      else if (this.place.all && !isDemanded(registry.knowledge, row.type, row.path))
        return this.#addGone(raw, key, row);
      return undefined;
    }
    const item = readPrimary(raw, key);
    const paths = this.paths.get(item.type);
    // One of a type that nobody knows may be one of these, damaged.
    if (paths === undefined && registry.knowledge.demanded.has(item.type)) return undefined;
    const add = (): void => {
      assertSound(item, registry.knowledge);
      if (paths === undefined) return;
      this.items++;
      this.counted();
      this.digests.addItem(context, paths, item);
    };
    const { epoch, shortId } = registry.knowledge;
    // Without a wait for each item, where it can be.
    if (item.epoch <= epoch && item.registry === shortId) return void add();
    return registry.catchUp(item.epoch, item.registry).then(add);
  }

  /** A row on a key path that is not known: one that is gone, or of an entry that is yet to be read. */
  async #addGone(raw: AttributeMap, key: RowKey, row: SecondaryRow): Promise<void> {
    const { gateway, registry } = this.session;
    const { epoch, registry: id } = stampOf(raw, key);
    await registry.catchUp(epoch, id);
    const context = { keys: gateway.keys, serverTime: gateway.serverTime() };
    if (isGone(registry.knowledge, row)) this.digests.addRow(context, raw, key, row);
  }

  async result(): Promise<Kept> {
    const { session, place, digests, items } = this;
    return { items, digests: await keepDigests(session.gateway, place.work, place.number, digests.kept()) };
  }
}
