import { randomUUID } from 'node:crypto';
import { rowAbsent } from '../../src/table/condition.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { SegmentTask, WorkPlan } from '../../src/work/work.js';
import { gatewayOver } from '../../src/table/gateway-over.js';

/** What a segment of the passes of these tests keeps: the rows that it met. */
export type Met = readonly string[];

/** A pass that meets rows, and notes which. */
export class Pass {
  /** In the order in which they were met, by whatever worker. */
  readonly met: string[] = [];

  constructor(
    private readonly checkpoint: WorkPlan<Met>['checkpoint'] = 'page',
    private readonly segments = 4,
    private readonly during: (row: string, nth: number) => Promise<void> | void = () => undefined,
  ) {}

  plan(id = 'sweep-7'): WorkPlan<Met> {
    const open = (_: number, sofar: Met = []): SegmentTask<Met> => {
      const kept = [...sofar];
      return {
        row: async (raw, { pk }) => {
          if (!('name' in raw)) return;
          this.met.push(pk);
          kept.push(pk);
          await this.during(pk, this.met.length);
        },
        result: () => [...kept],
      };
    };
    return { id, kind: 'sweep', segments: this.segments, checkpoint: this.checkpoint, open };
  }
}

/** Rows of nobody, by name. */
export async function fill(gateway: Gateway, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, i) => `row-${String(i).padStart(4, '0')}`);
  for (let first = 0; first < count; first += 100) {
    const puts = names.slice(first, first + 100).map((name) => ({
      kind: 'put' as const,
      key: { pk: name, sk: '/' },
      row: { name: { S: name } },
      condition: rowAbsent,
    }));
    await gateway.write(puts, randomUUID());
  }
  return names;
}

interface Timer {
  readonly milliseconds: number;
  readonly call: () => void;
  next: number;
}

/** A clock that several processes share, on which waits take no time. */
export class Clock {
  readonly waited: number[] = [];
  readonly #timers = new Set<Timer>();
  #ahead = 0;
  /** Requests that are under way. */
  #requests = 0;

  get ahead(): number {
    return this.#ahead;
  }

  set ahead(now: number) {
    this.#ahead = now;
    for (const timer of this.#timers) {
      if (now < timer.next) continue;
      timer.next = now + timer.milliseconds;
      timer.call();
    }
  }

  /** Time passes, so slowly that whatever happens meanwhile has come to its end. */
  async pass(milliseconds: number): Promise<void> {
    this.ahead += milliseconds;
    for (let calm = 0; calm < 5; calm = this.#requests > 0 ? 0 : calm + 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #counted<R>(request: Promise<R>): Promise<R> {
    this.#requests++;
    return request.finally(() => this.#requests--);
  }

  /** The gateway of a process. */
  over(gateway: Gateway, changes: Partial<Gateway> = {}): Gateway {
    return gatewayOver(gateway, {
      query: (request) => this.#counted(gateway.query(request)),
      write: (...write) => this.#counted(gateway.write(...write)),
      pause: (milliseconds, signal) => {
        signal?.throwIfAborted();
        this.waited.push(milliseconds);
        this.ahead += milliseconds;
        // Others come on meanwhile.
        return new Promise((resolve) => setImmediate(resolve));
      },
      serverTime: () => gateway.serverTime() + this.ahead,
      elapsed: () => this.ahead,
      every: (milliseconds, call) => {
        const timer = { milliseconds, call, next: this.ahead + milliseconds };
        this.#timers.add(timer);
        return () => void this.#timers.delete(timer);
      },
      ...changes,
    });
  }
}

/** A process that is killed at its nth request: it never hears of that one, which was carried out, or was not. */
export function killedAt(gateway: Gateway, nth: number, when: 'before' | 'after'): Gateway {
  let count = 0;
  const request = async <R>(send: () => Promise<R>): Promise<R> => {
    count++;
    if (count > nth || (count === nth && when === 'before')) throw new Error('killed');
    const answer = await send();
    if (count === nth) throw new Error('killed');
    return answer;
  };
  return gatewayOver(gateway, {
    get: (key, options) => request(() => gateway.get(key, options)),
    query: (query) => request(() => gateway.query(query)),
    scan: (scan) => request(() => gateway.scan(scan)),
    write: (actions, token, options) => request(() => gateway.write(actions, token, options)),
  });
}

/** A process ahead of whose first write something else happens. */
export function overtaken(gateway: Gateway, happens: () => Promise<unknown>): Gateway {
  let first = true;
  return gatewayOver(gateway, {
    async write(...write) {
      if (first) {
        first = false;
        await happens();
      }
      return gateway.write(...write);
    },
  });
}
