import { randomUUID } from 'node:crypto';
import type { Gateway } from '../table/gateway.js';
import { type Board, isFinished, isFree, otherWorkers, progressOf, readBoards, resultsOf } from './board.js';
import { Pace } from './pace.js';
import type { Held, Segment } from './rows.js';
import { SegmentWorker } from './segment-worker.js';
import type { WorkEnd, WorkerOptions, WorkPlan } from './work.js';
import { endUntouched, joinWork } from './works.js';

/** How many rows are worked on at once, unless said otherwise. */
const CONCURRENCY = 8;

/** How long a worker that has nothing to do, or is to pause, waits before it looks again: longer each time. */
const LOOK_MS = { shortest: 50, longest: 5_000 };

/** How old what is known of a work may get while a worker is at it: longer where there is much to read. */
const boardAge = (segments: number): number => Math.max(2_000, segments * 5);

/**
 * Takes part in a work until it is finished, whoever finishes it: claims segments that nobody works on, and takes over
 * those of workers that are gone. Resolves then, or between two rows once its time is over.
 *
 * Costs two Queries to begin and one to end, a Query every two seconds, one Scan request and one small write for each megabyte,
 * one write more for each 250 rows that need something, for each segment and for each five seconds between them; and what the
 * plan does with each row.
 *
 * @param registry the short id of the table's registry
 * @throws the signal's reason, and what the plan throws: the segment is given back, as far as it has come; where this call began
 * the work, and no row was worked on, it is not left in the table
 */
export async function runWork<Result>(
  gateway: Gateway,
  registry: string,
  plan: WorkPlan<Result>,
  options: WorkerOptions,
): Promise<WorkEnd<Result>> {
  const board = await joinWork(gateway, registry, plan, options);
  const worker = new Worker(gateway, plan, options, board);
  try {
    return await worker.run();
  } catch (error) {
    // Nobody could go on with anything: it would only be told of for ever. What was thrown says more than if this fails, too.
    if (board.isNew === true && !worker.hasBegun)
      await endUntouched(gateway, plan.id, board.head.content.run).catch(() => undefined);
    throw error;
  }
}

class Worker<Result> {
  readonly #name = randomUUID();
  readonly #pace: Pace;
  readonly #deadline: number;
  readonly #endedBefore: boolean;
  /** In milliseconds of `elapsed`: when the board was read. */
  #readAt: number;
  /** How often it has waited since it last worked. */
  #waits = 0;
  /** True until it has claimed its first segment, and looked again. */
  #isNew = true;
  /** Looks that were begun, and the newest one whose answer came: answers may cross. */
  #looks = 0;
  #heard = 0;
  /** True once the work was ended, or begun anew, by others. */
  #isGone = false;
  /** True once a row was handed to the plan. */
  hasBegun = false;

  constructor(
    private readonly gateway: Gateway,
    private readonly plan: WorkPlan<Result>,
    private readonly options: WorkerOptions,
    private board: Board,
  ) {
    this.#pace = new Pace(gateway, options.concurrency ?? CONCURRENCY);
    this.#readAt = gateway.elapsed();
    this.#deadline = this.#readAt + (options.timeLimit ?? Infinity);
    this.#endedBefore = isFinished(board);
    this.#learn();
  }

  async run(): Promise<WorkEnd<Result>> {
    for (;;) {
      this.options.signal?.throwIfAborted();
      if (this.#isGone) return this.#elsewhere();
      if (isFinished(this.board)) return this.#end(true);
      if (this.#isOver()) return this.#end(false);
      if (this.#mayGoOn() && (await this.#workOnNext())) {
        this.#waits = 0;
        await this.#look();
      } else {
        await this.#wait();
        await this.#look(0);
      }
    }
  }

  /** Claims a segment and works on it. False where none is free. */
  async #workOnNext(): Promise<boolean> {
    const { segments: all, run } = this.board.head.content;
    const now = this.gateway.serverTime();
    // Workers that begin at different places seldom want the same segment.
    const first = Math.floor(Math.random() * all);
    for (let i = 0; i < all; i++) {
      const number = (first + i) % all;
      const seen = this.board.segments.get(number);
      if (seen !== undefined && !isFree(seen, now)) continue;
      const before = seen ?? this.board.leftovers.get(number);
      const place = { id: this.board.id, number, of: all, run };
      const segment = await SegmentWorker.claim(this.gateway, this.plan, place, this.#name, before, seen !== undefined);
      if (segment === undefined) continue;
      try {
        await segment.work(this.#pace, {
          signal: this.options.signal,
          // However short its time is, each call comes on a little.
          goesOn: () => this.#mayGoOn() && !(this.#isOver() && segment.rows > 0),
          look: async () => {
            await this.#lookFirst();
            this.#adopt(number, segment.held);
          },
        });
      } finally {
        this.hasBegun ||= segment.hasBegun;
      }
      this.board = { ...this.board, segments: new Map(this.board.segments).set(number, segment.held) };
      return true;
    }
    return false;
  }

  /** What this worker has written down counts at once, whenever the work is looked at again. */
  #adopt(number: number, held: Held<Segment>): void {
    const seen = this.board.segments.get(number);
    if (this.#isGone || seen?.token === held.token) return;
    if (seen !== undefined && seen.content.worker !== this.#name) return;
    this.board = { ...this.board, segments: new Map(this.board.segments).set(number, held) };
    this.options.onProgress?.(progressOf(this.board, this.gateway.serverTime()));
  }

  /** Those that begin together see each other once each has claimed: what they consume they share from the beginning. */
  async #lookFirst(): Promise<void> {
    const isNew = this.#isNew;
    this.#isNew = false;
    await (isNew ? this.#look(0) : this.#look());
  }

  #mayGoOn(): boolean {
    return !this.#isGone && this.board.head.content.paused !== true;
  }

  /** Reads how the work stands, where what is known is older than that. */
  async #look(age = boardAge(this.board.head.content.segments)): Promise<void> {
    const now = this.gateway.elapsed();
    if (now - this.#readAt < age) return;
    this.#readAt = now;
    const nth = ++this.#looks;
    const [board] = await readBoards(this.gateway, this.plan.id);
    if (nth < this.#heard) return;
    this.#heard = nth;
    if (board?.head.content.run !== this.board.head.content.run) this.#isGone = true;
    else this.board = board;
    this.#learn();
  }

  #learn(): void {
    const { maxRcu, maxWcu } = this.board.head.content;
    const now = this.gateway.serverTime();
    // This one is about to work, where it does not yet.
    const workers = otherWorkers(this.board, this.#name, now) + 1;
    const share = (limit: number | undefined): number | undefined =>
      limit === undefined ? undefined : limit / workers;
    this.#pace.share({ read: share(maxRcu), write: share(maxWcu) });
    this.options.onProgress?.(progressOf(this.board, now));
  }

  async #wait(): Promise<void> {
    const left = Math.max(0, this.#deadline - this.gateway.elapsed());
    const wait = LOOK_MS.shortest * 2 ** this.#waits++;
    await this.gateway.pause(Math.min(wait, LOOK_MS.longest, left), this.options.signal);
  }

  #isOver(): boolean {
    return this.gateway.elapsed() >= this.#deadline;
  }

  #end(finished: boolean): WorkEnd<Result> {
    const { segments } = this.board;
    const progress = progressOf(this.board, this.gateway.serverTime());
    if (finished) this.options.onProgress?.(progress);
    const results = resultsOf<Result>(this.board);
    const killed = [...segments.values()].some(({ content }) => content.killed === true);
    return { finished, endedBefore: this.#endedBefore, elsewhere: false, killed, results, progress };
  }

  /** Whoever ended it has written down what it was for. */
  #elsewhere(): WorkEnd<Result> {
    return { ...this.#end(false), finished: true, elsewhere: true, results: [] };
  }
}
