import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Pick } from './chance.js';

/** One of several functions that run at once. */
interface Caller {
  readonly number: number;
  /** Its requests that wait for their turn, in the order in which they came. */
  readonly waiting: (() => void)[];
  ended: boolean;
}

// As they are now: a test may replace timers by fakes later on.
const immediate = setImmediate;
const timer = setTimeout;

/**
 * How often it is looked whether every caller stands before a request: one that waits for another's promise never does,
 * and one that waits for a timer of its own is given some milliseconds.
 */
const LOOKS = 40;
const SHORT_LOOKS = 30;

/**
 * Lets functions run at once, but their requests pass one at a time, in an order that follows from `pick` alone: the
 * next one is chosen when every caller stands before a request. So neither the engine's speed nor the jitter of retries
 * has a say.
 */
export class Schedule {
  readonly #current = new AsyncLocalStorage<Caller>();
  #callers: readonly Caller[] | undefined;
  #inFlight = 0;
  #landed = (): void => undefined;

  constructor(private readonly pick: Pick) {}

  /** The number of the caller in whose function this is asked, from 1 on; undefined outside of `run`. */
  get caller(): number | undefined {
    const caller = this.#current.getStore();
    // What goes on after its run has ended keeps the context that it began in.
    return caller !== undefined && this.#callers?.includes(caller) === true ? caller.number : undefined;
  }

  /** True while functions run. */
  get running(): boolean {
    return this.#callers !== undefined;
  }

  /** Every request of the client waits for its turn, where a caller sends it. */
  over(client: DynamoDBClient): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        if (!isOneOfManyFences(args.input)) await this.turn();
        this.#inFlight++;
        return next(args).finally(() => {
          if (--this.#inFlight === 0) this.#landed();
        });
      },
      { step: 'initialize', name: 'ductileTurns', priority: 'high' },
    );
  }

  /** Waits for a turn, in the place of a pause; outside of `run` at once. */
  turn(): Promise<void> {
    const caller = this.#current.getStore();
    if (caller === undefined || caller.ended) return Promise.resolve();
    return new Promise((resolve) => caller.waiting.push(resolve));
  }

  /** Runs functions to their ends, whether they fail or not. */
  async run(works: readonly (() => unknown)[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    const callers = works.map((_, i): Caller => ({ number: i + 1, waiting: [], ended: false }));
    this.#callers = callers;
    const results = Promise.allSettled(
      works.map((work, i) => this.#current.run(callers[i]!, () => this.#toItsEnd(callers[i]!, work))),
    );
    while (callers.some(({ ended }) => !ended)) {
      await this.#quiet(callers);
      this.#letOnePass(callers);
    }
    this.#callers = undefined;
    // What a function sent without waiting for it.
    for (const { waiting } of callers) for (const go of waiting.splice(0)) go();
    // Before Node 24 one that is not disabled costs every promise of the process a little, for ever.
    this.#current.disable();
    return results;
  }

  async #toItsEnd(caller: Caller, work: () => unknown): Promise<unknown> {
    try {
      await this.turn();
      return await work();
    } finally {
      caller.ended = true;
    }
  }

  #letOnePass(callers: readonly Caller[]): void {
    // By caller, not by arrival: who came first may have been decided by a promise that several waited for.
    const choices = callers.flatMap(({ waiting }) => waiting.map((_, i) => ({ waiting, i })));
    if (choices.length === 0) return;
    const { waiting, i } = choices[this.pick(choices.length)]!;
    const [go] = waiting.splice(i, 1);
    go!();
  }

  /** Waits until nothing moves before somebody is let pass. */
  async #quiet(callers: readonly Caller[]): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks++) {
      if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#landed = resolve));
      await (looks < SHORT_LOOKS ? new Promise<void>((resolve) => immediate(resolve)) : aMillisecond(callers));
      const stand = callers.every(({ ended, waiting }) => ended || waiting.length > 0);
      if (stand && this.#inFlight === 0) return;
    }
  }
}

/** Where nobody waits for a turn, what the callers wait for keeps Node open, or nothing does: they will never end. */
function aMillisecond(callers: readonly Caller[]): Promise<void> {
  return new Promise((resolve) => {
    const waiting = timer(resolve, 1);
    if (callers.every((caller) => caller.waiting.length === 0)) waiting.unref();
  });
}

/** Fences are raised many at once and nobody could tell their order apart: the first one waits for all. */
function isOneOfManyFences(input: object): boolean {
  const { Item: item } = input as { readonly Item?: { readonly pk?: { readonly S?: string } } };
  return /^\$fence#(?!00)/.test(item?.pk?.S ?? '');
}
