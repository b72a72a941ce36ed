import { backfillIn } from '../operator/backfill.js';
import { NotVerifiedError, RowsPassedOverError } from '../operator/errors.js';
import { isClean, pathsIn } from '../operator/paths.js';
import type { ProgressListener } from '../operator/progress.js';
import { promoteIn } from '../operator/promote.js';
import { forPasses, openSessionOver, type Session } from '../operator/session.js';
import { verifyIn } from '../operator/verify.js';
import { isFilling, type Knowledge } from '../registry/knowledge.js';
import type { Schema } from '../schema/schema.js';
import type { Gateway } from '../table/gateway.js';
import { Lease, LEASE_MS } from './lease.js';
import { isError } from '../fields/kinds.js';

export interface BackgroundOptions {
  /** Write units a second that the background work consumes at most, in all processes together; not limited unless said. */
  readonly maxWcu?: number;
  /** Read units a second, likewise. */
  readonly maxRcu?: number;
  readonly onProgress?: ProgressListener;
  /**
   * Told of every attempt that came to no end, such as a `NotVerifiedError` when two items have one key, or a
   * `RowsPassedOverError` when rows are damaged. It is tried again
   * by itself. Where it is left out, the process emits a warning.
   */
  readonly onError?: (error: unknown) => void;
}

/** How often a process looks whether there is something to do, at random around this. */
const LOOK_MS = 60_000;

/** How long after an attempt that came to no end the next one is made: longer each time. */
const REST_MS = { shortest: 60_000, longest: 3_600_000 };

/** After a verify that found faults: somebody must mend them first, and each look costs a Scan and an entry of the registry. */
const FAULTS_REST_MS = { shortest: 3_600_000, longest: 24 * 3_600_000 };

/**
 * Takes key paths from *expand* to *promoted* while an application runs: of all processes that do so one works at a time.
 * Never throws.
 */
export class Background {
  readonly #abort = new AbortController();
  #ended = Promise.resolve();

  /** @param gateway metered; its pauses do not keep the process alive */
  constructor(
    private readonly gateway: Gateway,
    private readonly schema: Schema,
    private readonly options: BackgroundOptions,
  ) {}

  start(): void {
    this.#ended = this.#run();
  }

  /** Ends the work between two rows, and resolves when it has ended. May be called again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    let session: Session | undefined;
    while (!this.#stopped) {
      try {
        session ??= await forPasses(await openSessionOver(this.gateway, this.schema));
        await this.#look(session);
      } catch (error) {
        if (!this.#stopped) this.#report(error);
      }
      // Processes that were started together do not go on looking together.
      await this.gateway.pause(LOOK_MS * (0.5 + Math.random()), this.#abort.signal).catch(() => undefined);
    }
  }

  async #look(session: Session): Promise<void> {
    const { epoch } = await session.registry.refresh();
    if (!hasWork(session)) return;
    const lease = await Lease.claim(this.gateway, epoch);
    if (lease === undefined) return;
    try {
      await this.#workUnder(lease, session);
    } catch (error) {
      if (this.#stopped) {
        await lease.release();
        return;
      }
      const rest = error instanceof NotVerifiedError || error instanceof RowsPassedOverError ? FAULTS_REST_MS : REST_MS;
      await lease.rest(restAfter(rest, lease.failures), session.registry.knowledge.epoch);
      throw error;
    }
    await lease.release();
  }

  /** Works as long as the lease can be renewed. */
  async #workUnder(lease: Lease, session: Session): Promise<void> {
    const ended = new AbortController();
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, lost.signal]);
    const renewing = this.#renew(lease, ended.signal, lost);
    try {
      await this.#work(session, signal);
    } catch (error) {
      // Another process has taken over: that this one stopped is no failure.
      if (!lost.signal.aborted) throw error;
    } finally {
      ended.abort();
      await renewing;
    }
  }

  async #work(session: Session, signal: AbortSignal): Promise<void> {
    const { maxWcu, maxRcu, onProgress } = this.options;
    const step = {
      signal,
      ...(maxWcu === undefined ? {} : { maxWcu }),
      ...(maxRcu === undefined ? {} : { maxRcu }),
      ...(onProgress === undefined ? {} : { onProgress }),
    };
    while (hasWork(session)) {
      const { passedOver } = await backfillIn(session, step);
      // The way on is barred until somebody mends them.
      if (passedOver.count > 0) throw new RowsPassedOverError(this.gateway.table, passedOver);
      await verifyIn(session, step);
      // An operator may have promoted them, and more may have been published or filled meanwhile: that begins anew.
      if (isPromotesTurn(await session.registry.refresh())) await promoteIn(session);
      await session.registry.refresh();
    }
  }

  async #renew(lease: Lease, ended: AbortSignal, lost: AbortController): Promise<void> {
    for (;;) {
      await this.gateway.pause(LEASE_MS / 3, ended).catch(() => undefined);
      if (ended.aborted) return;
      // Where no answer comes, the next renewal tells.
      if (!(await lease.renew().catch(() => true))) return lost.abort();
    }
  }

  #report(error: unknown): void {
    const { onError } = this.options;
    if (onError === undefined) {
      const what = isError(error) ? error.message : String(error);
      process.emitWarning(`Background work on table ${this.gateway.table}: ${what}`, 'DuctileWarning');
      return;
    }
    try {
      onError(error);
    } catch {
      // There is nobody left to tell.
    }
  }
}

function hasWork({ registry: { knowledge } }: Session): boolean {
  return isFilling(knowledge) || pathsIn(knowledge, 'strict').size > 0;
}

/**
 * True where everything that is strict has a verify. One that found faults has a rest follow: so what is to be filled is
 * filled before.
 */
function isPromotesTurn(knowledge: Knowledge): boolean {
  const strict = [...pathsIn(knowledge, 'strict').values()].flatMap(({ paths }) => paths);
  if (strict.length === 0 || strict.some(({ verified }) => verified === undefined)) return false;
  return strict.every(({ verified }) => isClean(verified)) || !isFilling(knowledge);
}

const restAfter = ({ shortest, longest }: typeof REST_MS, failures: number): number =>
  Math.min(longest, shortest * 2 ** failures);
