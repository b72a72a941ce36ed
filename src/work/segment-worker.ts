import type { Gateway, RowPage } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import type { Pace } from './pace.js';
import { putWorkRow } from './put.js';
import { type Held, type Segment, segmentKey } from './rows.js';
import type { SegmentTask, WorkPlan } from './work.js';

/**
 * How long a segment is a worker's after a checkpoint, by the server's clock. Nothing rests on it but the time that a dead
 * worker's segment waits: a second worker at the same rows does what is done already.
 */
const LEASE_MS = 15_000;

/** Rows of a page: what a worker that dies leaves to be done again. */
const PAGE = 250;

/** Which segment, of which run of which work. */
interface Place {
  readonly id: string;
  readonly number: number;
  readonly of: number;
  readonly run: string;
}

interface Following {
  readonly signal: AbortSignal | undefined;
  /** Called after each checkpoint but the last: whether to go on. */
  readonly checkpointed: (held: Held<Segment>) => Promise<boolean>;
}

/** One worker at one segment that it has claimed. */
export class SegmentWorker<Result> {
  #task!: SegmentTask<Result>;
  readonly #load: { readonly read: number; readonly write: number };
  readonly #before: Segment;
  #rows = 0;
  /** In milliseconds of `elapsed`: since when it is a worker's own again. */
  #leasedAt: number;

  private constructor(
    private readonly gateway: Gateway,
    private readonly plan: WorkPlan<Result>,
    private readonly place: Place,
    public held: Held<Segment>,
  ) {
    this.#before = held.content;
    this.#load = gateway.load();
    this.#leasedAt = gateway.elapsed();
  }

  /**
   * Claims a segment that seems free. Undefined where another worker was first. Costs a write.
   *
   * @param seen what was there when the work was read
   * @param goesOn false where that was left by an earlier run of the work
   */
  static async claim<Result>(
    gateway: Gateway,
    plan: WorkPlan<Result>,
    place: Place,
    worker: string,
    seen: Held<Segment> | undefined,
    goesOn: boolean,
  ): Promise<SegmentWorker<Result> | undefined> {
    const nothingDone = { rows: 0, read: 0, write: 0 };
    const before = goesOn && seen !== undefined ? seen.content : nothingDone;
    const until = gateway.serverTime() + LEASE_MS;
    const content: Segment = { ...before, run: place.run, worker, until };
    const held = await putWorkRow(gateway, segmentKey(place.id, place.number), seen, content);
    return held && new SegmentWorker(gateway, plan, place, held);
  }

  /**
   * Works through the segment from its checkpoint on, until it is finished, it is not to go on, or another worker has
   * taken it over. Where that throws, it is given back first.
   */
  async work(pace: Pace, { signal, checkpointed }: Following): Promise<void> {
    let after = this.held.content.after;
    try {
      this.#task = await this.plan.open(this.place.number, this.#before.result as Result | undefined, this.place.of);
      let next: Promise<RowPage> | undefined = this.#scan(after);
      while (next !== undefined) {
        await pace.take(signal);
        const page: RowPage = await next;
        // Read while the rows of this one are worked on.
        next = page.last === undefined ? undefined : this.#scan(page.last);
        next?.catch(() => undefined);
        await this.#workOn(page.rows, pace, signal);
        pace.adapt(page.rows.length);
        this.#rows += page.rows.length;
        after = page.last;
        if (!(await this.#checkpoint(after))) return;
        if (after !== undefined && !(await checkpointed(this.held))) return await this.#rest(after);
      }
    } catch (error) {
      // What it throws says more than that this failed, too.
      await this.#giveBack().catch(() => undefined);
      throw error;
    }
  }

  #scan(after: RowKey | undefined): Promise<RowPage> {
    return this.gateway.scan({
      segment: { index: this.place.number, of: this.place.of },
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
  }

  /**
   * All rows of a page, as many at once as the pace allows. Ends only when none is under way any more; early where another
   * worker took the segment over, which the checkpoint after it will find.
   */
  async #workOn(rows: readonly AttributeMap[], pace: Pace, signal: AbortSignal | undefined): Promise<void> {
    let next = 0;
    let ends = false;
    const hand = async (): Promise<void> => {
      while (next < rows.length && !ends) {
        const row = rows[next++]!;
        try {
          const working = this.#task.row(row, this.gateway.keyOf(row));
          // A row that needs nothing is passed at once.
          if (working === undefined) continue;
          await working;
          await pace.take(signal);
          if (await this.#isTakenOver()) ends = true;
        } catch (error) {
          ends = true;
          throw error;
        }
      }
    };
    const hands = await Promise.allSettled(Array.from({ length: Math.min(pace.window, rows.length) }, hand));
    signal?.throwIfAborted();
    const broken = hands.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }

  /** Renews the lease within a page that takes long, and says whether it was too late. */
  async #isTakenOver(): Promise<boolean> {
    const now = this.gateway.elapsed();
    if (now - this.#leasedAt < LEASE_MS / 3) return false;
    // Before it is asked for, so that of several hands one does.
    this.#leasedAt = now;
    return !(await this.#write({ ...this.held.content, until: this.gateway.serverTime() + LEASE_MS }));
  }

  /** Writes down how far it has come. False where another worker has the segment. */
  async #checkpoint(after: RowKey | undefined): Promise<boolean> {
    const keeps = after === undefined || this.plan.checkpoint === 'page';
    return this.#write(keeps ? await this.#kept(after) : this.#begun());
  }

  /** Stops at a page: anyone may go on from there at once. */
  async #rest(after: RowKey): Promise<void> {
    await this.#write({ ...(await this.#kept(after)), until: 0 });
  }

  /** Anyone may go on from the checkpoint at once. */
  async #giveBack(): Promise<void> {
    await this.#write({ ...this.held.content, until: 0 });
  }

  /** How far it has come; finished where there is nothing to go on after. */
  async #kept(after: RowKey | undefined): Promise<Segment> {
    const result = await this.#task.result();
    return { ...this.#begun(), result, ...(after === undefined ? { finished: true } : { after }) };
  }

  /** Where it began, which is where whoever comes after this worker begins too; and what it has consumed since. */
  #begun(): Segment {
    const load = this.gateway.load();
    return {
      ...this.#before,
      until: this.gateway.serverTime() + LEASE_MS,
      rows: this.#before.rows + this.#rows,
      read: this.#before.read + load.read - this.#load.read,
      write: this.#before.write + load.write - this.#load.write,
    };
  }

  async #write(content: Segment): Promise<boolean> {
    const key = segmentKey(this.place.id, this.place.number);
    const held = await putWorkRow(this.gateway, key, this.held, content);
    if (held !== undefined) this.held = held;
    this.#leasedAt = this.gateway.elapsed();
    return held !== undefined;
  }
}
