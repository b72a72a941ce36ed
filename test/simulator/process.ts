import type { Chance } from './chance.js';
import { type Scheduler, START } from './scheduler.js';

/** How a process is troubled. Probabilities lie between 0 and 1. */
export interface ProcessTroubles {
  /** That a process freezes where it would go on. */
  readonly freeze: number;
  /** The longest freeze, in milliseconds. */
  readonly longestFreeze: number;
  /** That it is the machine that stops, and its clock with it. */
  readonly suspend: number;
}

/** One may be wrong, the next one agrees, and one that was held up may come between them. */
const ANSWERS_THAT_AGREE = 3;

/** One operating-system process: a clock of its own, and a life that can pause anywhere or end. */
export class SimProcess {
  /** Whose code runs just now. */
  static running: SimProcess | undefined;
  /** How many timers of theirs are waiting on virtual time. */
  static timers = 0;
  /** Given up at once, as by SIGKILL: nothing that waits in it ever goes on. */
  crashed = false;
  /** True where it was told to check a fence with each create, whatever the registry asks. */
  checksFences = false;
  /** How old what it knows of the registry may be when it creates an item, where it was told so: in milliseconds. */
  oldestKnowledge = Infinity;
  /** Up to when it has read the registry, by the dates of the signature and of the answer, whether or not that arrived. */
  knowsRegistryOf = -Infinity;
  /** When the last answer came. */
  heardAt = START;
  #behindSince: number | undefined;
  /** How often its clock has stood still. */
  stops = 0;
  /** When its clock stood still last. */
  stoppedAt = -Infinity;
  #heard = 0;
  #frozenUntil = 0;
  /** For how long its clock has stood still. */
  #stopped = 0;

  constructor(
    readonly name: string,
    /** The schema version it is compiled at. */
    readonly version: number,
    readonly scheduler: Scheduler,
    private readonly chance: Chance,
    /** How far its wall clock is ahead of the server's, in milliseconds. */
    private skew: number,
    private readonly troubles: () => ProcessTroubles,
    private readonly log: (process: SimProcess, text: () => string) => void,
  ) {}

  /** What its clock says that only goes forward: it stands still where the machine does. */
  get elapsed(): number {
    return this.scheduler.now - this.#stopped;
  }

  /** What its wall clock says. */
  get clock(): number {
    return this.scheduler.now + this.skew;
  }

  /** An answer came to what was sent since. It believes the server's time once several agree. */
  heard(): void {
    this.heardAt = this.scheduler.now;
    if (++this.#heard === ANSWERS_THAT_AGREE) this.#behindSince = undefined;
  }

  /** How far what it takes for the server's time is behind, in milliseconds: its clock has stood still. */
  get lag(): number {
    return this.#behindSince === undefined ? 0 : this.scheduler.now - this.#behindSince;
  }

  crash(): void {
    this.crashed = true;
    this.log(this, () => 'CRASH');
  }

  /** Lets code of the process go on at a time: later where the process is frozen then, never once it has crashed. */
  wakeAt(time: number, go: () => void): void {
    this.scheduler.wakeAt(time, () => {
      if (this.crashed) return;
      if (this.chance.happens(this.troubles().freeze)) this.freeze();
      if (this.#frozenUntil > this.scheduler.now) return this.wakeAt(this.#frozenUntil, go);
      SimProcess.running = this;
      go();
    });
  }

  /** True where the process was stopped between two of its instructions, just now. */
  mayFreeze(): boolean {
    if (!this.chance.happens(this.troubles().freeze)) return false;
    this.freeze();
    return true;
  }

  /** Resolves when the process is no longer frozen. */
  thaw(): Promise<void> {
    return new Promise((resolve) => this.wakeAt(this.#frozenUntil, resolve));
  }

  pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const aborted = (): void => reject(signal!.reason as Error);
      signal?.addEventListener('abort', aborted, { once: true });
      this.wakeAt(this.scheduler.now + milliseconds, () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      });
    });
  }

  every(milliseconds: number, call: () => void): () => void {
    let stopped = false;
    const again = (): void =>
      this.wakeAt(this.scheduler.now + milliseconds, () => {
        if (stopped) return;
        call();
        again();
      });
    again();
    return () => void (stopped = true);
  }

  private freeze(): void {
    const { longestFreeze, suspend } = this.troubles();
    const milliseconds = this.chance.duration(1_000, longestFreeze);
    const until = Math.max(this.#frozenUntil, this.scheduler.now + milliseconds);
    const stops = this.chance.happens(suspend);
    if (stops) {
      const from = Math.max(this.#frozenUntil, this.scheduler.now);
      this.skew -= until - from;
      this.#stopped += until - from;
      this.stops++;
      this.stoppedAt = this.scheduler.now;
      this.#behindSince ??= this.heardAt;
      this.#heard = 0;
    }
    this.#frozenUntil = until;
    this.log(this, () => `frozen for ${milliseconds} ms${stops ? ', and its clock with it' : ''}`);
  }
}

/**
 * Runs work during which dates are those of the process whose code runs, and `setTimeout` waits on virtual time: what
 * entries of the registry say, what the SDK signs with, and how it waits before it sends again.
 */
export async function withVirtualTime<R>(work: () => Promise<R>): Promise<R> {
  const { Date: RealDate, setTimeout } = globalThis;
  globalThis.Date = class extends RealDate {
    constructor(...given: readonly unknown[]) {
      if (given.length === 0) super(VirtualDate.now());
      else super(...(given as [number]));
    }

    static override now(): number {
      return SimProcess.running?.clock ?? START;
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof RealDate;
    }
  } as DateConstructor;
  const VirtualDate = globalThis.Date;
  globalThis.setTimeout = ((go: () => void, milliseconds = 0) => {
    const { running } = SimProcess;
    if (running === undefined) return setTimeout(go, milliseconds);
    SimProcess.timers++;
    running.wakeAt(running.scheduler.now + milliseconds, () => {
      SimProcess.timers--;
      go();
    });
    return undefined;
  }) as typeof setTimeout;
  try {
    return await work();
  } finally {
    SimProcess.running = undefined;
    SimProcess.timers = 0;
    Object.assign(globalThis, { Date: RealDate, setTimeout });
  }
}
