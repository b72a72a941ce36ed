import type { Gateway } from '../table/gateway.js';
import { putWorkRow } from '../work/put.js';
import { type Held, readWorkRow, workPk } from '../work/rows.js';

/** Beside the works, and none of them. */
const KEY = { pk: workPk, sk: 'background' };

/** How long a lease is its holder's after it was renewed, by the server's clock: so long a dead process holds others up. */
export const LEASE_MS = 60_000;

/** What is written down of who works in the background. */
interface LeaseContent {
  /** Until when somebody works, by the server's clock, in milliseconds; 0 where nobody does. */
  readonly until: number;
  /** After an attempt that came to no end: nobody tries again before. */
  readonly rest?: Rest;
  /** How many attempts in a row came to no end. */
  readonly failures: number;
}

interface Rest {
  /** By the server's clock, in milliseconds. */
  readonly until: number;
  /** What was known of the registry then: what is appended since may have made another attempt worth while. */
  readonly epoch: number;
}

/**
 * The right to work in the background of a table's applications: at most one process has it at a time, but for one that
 * slept through its end, which does no harm: what it does, others may do too.
 */
export class Lease {
  private constructor(
    private readonly gateway: Gateway,
    private held: Held<LeaseContent>,
  ) {}

  /** How many attempts in a row came to no end before this one. */
  get failures(): number {
    return this.held.content.failures;
  }

  /**
   * Undefined where another process works, or it is too early after an attempt that came to no end. Costs a read, and a
   * write where it is claimed.
   *
   * @param epoch what is known of the registry
   */
  static async claim(gateway: Gateway, epoch: number): Promise<Lease | undefined> {
    const row = await gateway.get(KEY);
    const seen = row === undefined ? undefined : readWorkRow<LeaseContent>(row);
    const now = gateway.serverTime();
    const { until = 0, rest, failures = 0 } = seen?.content ?? {};
    const resting = rest !== undefined && rest.until > now && rest.epoch >= epoch;
    if (until > now || resting) return undefined;
    const held = await putWorkRow(gateway, KEY, seen, { until: now + LEASE_MS, failures });
    return held && new Lease(gateway, held);
  }

  /** False where another process has it by now. Costs a write. */
  async renew(): Promise<boolean> {
    return this.write({ until: this.gateway.serverTime() + LEASE_MS, failures: this.failures });
  }

  /** Gives it back after work that is done, or that somebody stopped. Costs a write. */
  async release(): Promise<void> {
    await this.write({ until: 0, failures: 0 });
  }

  /** Gives it back after an attempt that came to no end. Costs a write. */
  async rest(milliseconds: number, epoch: number): Promise<void> {
    const until = this.gateway.serverTime() + milliseconds;
    await this.write({ until: 0, rest: { until, epoch }, failures: this.failures + 1 });
  }

  private async write(content: LeaseContent): Promise<boolean> {
    const held = await putWorkRow(this.gateway, KEY, this.held, content);
    if (held !== undefined) this.held = held;
    return held !== undefined;
  }
}
