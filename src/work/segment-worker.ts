import { setMaxListeners } from 'node:events';
import type { Gateway, RowPage } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { type Handled, workOn } from './hands.js';
import type { Going, Pace } from './pace.js';
import { putWorkRow } from './put.js';
import { type Held, type Segment, segmentKey } from './rows.js';
import type { SegmentTask, WorkPlan } from './work.js';
import { workerName } from './worker-name.js';

/**
 * How long a segment is a worker's after a checkpoint, by the server's clock. Nothing rests on it but the time that a dead
 * worker's segment waits: a second worker at the same rows does what is done already.
 */
const LEASE_MS = 15_000;

/** How often a worker looks up from its rows: to renew its lease, and to hear what is said to all workers. */
const BEAT_MS = 2_000;

/** Rows that are worked on between two checkpoints: what a worker that dies leaves to be done again. */
export const BETWEEN_CHECKPOINTS = 250;

/** Which segment, of which run of which work. */
interface Place {
  readonly id: string;
  readonly number: number;
  readonly of: number;
  readonly run: string;
}

/** What a worker is told while it is at a segment. */
export interface Following extends Going {
  /** Called at first, and every now and then: learns how the work stands, where that is due. */
  readonly look: () => Promise<void>;
}

/** One worker at one segment that it has claimed. */
export class SegmentWorker<Result> {
  #task!: SegmentTask<Result>;
  readonly #load: { readonly read: number; readonly write: number };
  #before: Segment;
  /** Rows that are done since it was claimed. */
  rows = 0;
  /** True once a row was handed to the plan: what that has done nobody can know from here. */
  hasBegun = false;
  /** In milliseconds of `elapsed`: since when it is a worker's own again. */
  #leasedAt: number;
  /** The write that is under way, or was last. */
  #writing = Promise.resolve();
  /** True when the last rows were passed at once, all of them: then reading is all that takes time. */
  #isPassing = false;
  /** True once the segment was begun again from its start. */
  #isAgain = false;
  /** True where another worker has taken it over, or the work was ended. */
  #lost = false;

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
    // Whoever stops by itself gives back what it holds.
    const isOrphaned = goesOn && seen !== undefined && seen.content.until > 0;
    const content: Segment = {
      ...before,
      run: place.run,
      worker,
      by: workerName(),
      seen: until - LEASE_MS,
      until,
      ...(isOrphaned ? { killed: true } : {}),
    };
    const held = await putWorkRow(gateway, segmentKey(place.id, place.number), seen, content);
    return held && new SegmentWorker(gateway, plan, place, held);
  }

  /**
   * Works through the segment from its checkpoint on, until it is finished, it is not to go on, or another worker has
   * taken it over. Where it is stopped, what is done is written down; where a row fails, the segment is given back as it was
   * at its last checkpoint.
   *
   * @throws the signal's reason, and what the plan throws
   */
  async work(pace: Pace, following: Following): Promise<void> {
    const broken = new AbortController();
    const signal = AbortSignal.any([broken.signal, ...(following.signal === undefined ? [] : [following.signal])]);
    // Each row that is under way may wait.
    setMaxListeners(Infinity, signal);
    let beating: Promise<void> | undefined;
    const stopBeats = this.gateway.every(BEAT_MS, () => {
      beating ??= this.#beat(following)
        .catch((error: unknown) => broken.abort(error))
        .finally(() => (beating = undefined));
    });
    try {
      await following.look();
      this.#task = await this.plan.open(this.place.number, this.#before.result as Result | undefined, this.place.of);
      await this.#workThrough(pace, { ...following, signal, goesOn: () => !this.#lost && following.goesOn() });
    } catch (error) {
      // What it throws says more than that this failed, too.
      await this.#giveBack().catch(() => undefined);
      throw error;
    } finally {
      stopBeats();
      await beating;
    }
    // What is done by then is written down.
    signal.throwIfAborted();
  }

  /** Beside the rows, however long one of them takes: renews the lease, and hears what is said to the workers. */
  async #beat({ look }: Following): Promise<void> {
    await this.#write(() => {
      const isDue = this.gateway.elapsed() - this.#leasedAt >= LEASE_MS / 3;
      return isDue ? { ...this.held.content, until: this.gateway.serverTime() + LEASE_MS } : undefined;
    });
    await look();
  }

  async #workThrough(pace: Pace, following: Following): Promise<void> {
    let { after } = this.held.content;
    for (let next: Promise<RowPage> | undefined = this.#scan(after, pace); next !== undefined;) {
      if (!(await pace.take(following))) return this.#rest(after);
      const page: RowPage = await next;
      if (await this.#isLost(page, after)) {
        await this.#beginAgain();
        after = undefined;
        next = this.#scan(after, pace);
        continue;
      }
      next = undefined;
      for (let { rows } = page; rows.length > 0;) {
        if (page.last !== undefined && this.#isDueAhead(rows)) next ??= this.#scan(page.last, pace);
        const { done, isOver } = await this.#workOn(rows, pace, following);
        if (done > 0) after = this.gateway.keyOf(rows[done - 1]!);
        if (isOver) return this.#rest(after);
        rows = rows.slice(done);
        if (rows.length > 0) await this.#checkpoint(after, following);
      }
      after = page.last;
      if (after !== undefined) next ??= this.#scan(after, pace);
      await this.#checkpoint(after, following);
    }
  }

  /**
   * True when the next page is to be read while these rows are worked on. Where rows take time, only with the last of a page: others
   * may change what is read too early.
   */
  #isDueAhead(rows: readonly AttributeMap[]): boolean {
    return this.#isPassing || rows.length <= BETWEEN_CHECKPOINTS;
  }

  #scan(after: RowKey | undefined, { pageRows: limit }: Pace): Promise<RowPage> {
    const { number: index, of } = this.place;
    const page = this.gateway.scan({
      ...(of === 1 ? {} : { segment: { index, of } }),
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after }),
    });
    // It may fail when nobody waits for it any more.
    page.catch(() => undefined);
    return page;
  }

  /**
   * True when it is not proved that a segment ends where an empty page says so: the page began after a row that is gone,
   * which some engines take for the end. Asked once, so that rows which go all the time keep nobody from an end.
   */
  async #isLost({ rows, last }: RowPage, after: RowKey | undefined): Promise<boolean> {
    if (rows.length > 0 || last !== undefined || after === undefined || this.#isAgain) return false;
    return (await this.gateway.get(after)) === undefined;
  }

  /** Begins the segment anew, as after a worker that was killed: rows that are done already need nothing. */
  async #beginAgain(): Promise<void> {
    this.#isAgain = true;
    const { result: _, after: __, ...before } = this.#before;
    this.#before = { ...before, killed: true };
    this.#task = await this.plan.open(this.place.number, undefined, this.place.of);
  }

  /** Works on rows up to where a checkpoint is due. */
  async #workOn(rows: readonly AttributeMap[], pace: Pace, going: Going): Promise<Handled> {
    this.hasBegun ||= rows.length > 0;
    const handled = await workOn(rows, {
      work: (row) => this.#task.row(row, this.gateway.keyOf(row)),
      did: () => this.rows++,
      pace,
      going,
      most: BETWEEN_CHECKPOINTS,
    });
    this.#isPassing = handled.worked === 0;
    return handled;
  }

  /** Writes down how far it has come, and hears what is said to the workers. */
  async #checkpoint(after: RowKey | undefined, { look }: Following): Promise<void> {
    const keeps = after === undefined || this.plan.checkpoint === 'page';
    const kept = keeps ? await this.#kept(after) : {};
    await this.#write(() => ({ ...this.#begun(), ...kept }));
    await look();
  }

  /** Stops between two rows: anyone may go on from there at once. */
  async #rest(after: RowKey | undefined): Promise<void> {
    if (after === undefined) await this.#giveBack();
    else {
      const kept = await this.#kept(after);
      await this.#write(() => ({ ...this.#begun(), ...kept, until: 0 }));
    }
  }

  /** Anyone may go on from the checkpoint at once. */
  async #giveBack(): Promise<void> {
    await this.#write(() => ({ ...this.held.content, until: 0 }));
  }

  /** How far it has come; finished where there is nothing to go on after. While that is made, the lease is renewed. */
  async #kept(after: RowKey | undefined): Promise<Partial<Segment>> {
    const result = await this.#task.result();
    return { result, ...(after === undefined ? { finished: true } : { after }) };
  }

  /** Where it began, which is where whoever comes after this worker begins too; and what it has consumed since. */
  #begun(): Segment {
    const load = this.gateway.load();
    return {
      ...this.#before,
      until: this.gateway.serverTime() + LEASE_MS,
      rows: this.#before.rows + this.rows,
      read: this.#before.read + load.read - this.#load.read,
      write: this.#before.write + load.write - this.#load.write,
    };
  }

  /**
   * Writes its row, or nothing where there is no reason to. One write after the other: each is on condition of what the
   * one before it came to, so that a worker does not take its own write for another's.
   */
  #write(contentNow: () => Segment | undefined): Promise<void> {
    const write = async (): Promise<void> => {
      const next = this.#lost ? undefined : contentNow();
      if (next === undefined) return;
      const content = { ...next, seen: this.gateway.serverTime() };
      const held = await putWorkRow(this.gateway, segmentKey(this.place.id, this.place.number), this.held, content);
      this.#leasedAt = this.gateway.elapsed();
      if (held === undefined) this.#lost = true;
      else this.held = held;
    };
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
