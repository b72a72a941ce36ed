import { setTimeout as sleep } from 'node:timers/promises';
import { lossesOf, type Loss } from './check.js';
import { Ledger } from './ledger.js';
import { ReleaseProcess } from './release-process.js';
import type { ReleaseName, SeenOrder } from './protocol.js';
import { complain } from './screen.js';

/** How long the releases may be without any change before the run gives up. */
const PATIENCE_MS = 15_000;

/** The releases that run, and the ledger of what they did. */
export class Stage {
  readonly ledger = new Ledger();
  readonly #releases: ReleaseProcess[] = [];
  readonly #failure: Promise<never>;
  #fail: (error: Error) => void = () => undefined;

  constructor(private readonly endpoint: string) {
    this.#failure = new Promise((_, reject) => (this.#fail = reject));
    this.#failure.catch(() => undefined);
  }

  get customers(): readonly string[] {
    return [...new Set(this.ledger.orders.map(({ customerId }) => customerId))];
  }

  /** Starts a release with the settings that a deployment would give it. */
  async start(name: ReleaseName): Promise<ReleaseProcess> {
    const settings = {
      AWS_ENDPOINT_URL_DYNAMODB: this.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const release = new ReleaseProcess(name, settings, {
      changed: (change) => this.ledger.record(change),
      printed: (who, line) => complain(`${who} │ ${line}`),
      failed: (error) => this.#fail(error),
    });
    this.#releases.push(release);
    await release.ready;
    return release;
  }

  /** Does something while the releases go on; a release that fails meanwhile fails it. */
  during<T>(story: () => Promise<T>): Promise<T> {
    return Promise.race([story(), this.#failure]);
  }

  /** Resolves once each release that runs has made so many further changes. */
  async untilEachHasChanged(count: number): Promise<void> {
    const goals = this.#releases.map(({ name }) => ({ name, goal: this.ledger.changesBy(name) + count }));
    let seen = { changes: this.ledger.changes, at: performance.now() };
    for (;;) {
      const behind = goals.filter(({ name, goal }) => this.ledger.changesBy(name) < goal);
      if (behind.length === 0) return;
      if (this.ledger.changes > seen.changes) seen = { changes: this.ledger.changes, at: performance.now() };
      if (performance.now() - seen.at > PATIENCE_MS) {
        throw new Error(
          `no change for ${PATIENCE_MS / 1000} s; waiting for ${behind.map(({ name }) => name).join(', ')}`,
        );
      }
      await sleep(20);
    }
  }

  /** Lets the releases rest, and compares what each reads, by every key path that it has for all orders, with the ledger. */
  async check(): Promise<{
    readonly losses: readonly Loss[];
    readonly seen: Readonly<Record<ReleaseName, readonly SeenOrder[]>>;
  }> {
    await Promise.all(this.#releases.map((release) => release.ask('rest', null)));
    const seen: Record<ReleaseName, readonly SeenOrder[]> = { v1: [], v2: [], v3: [], v4: [] };
    const losses: Loss[] = [];
    for (const release of this.#releases) {
      const orders = (seen[release.name] = await release.ask('read', this.customers));
      const byDate = await release.ask('readByDate', this.customers);
      losses.push(...lossesOf(release.name, orders, this.ledger), ...lossesOf(release.name, byDate, this.ledger));
    }
    return { losses, seen };
  }

  /** Ends all releases. */
  async close(): Promise<void> {
    await Promise.all(this.#releases.map((release) => release.stop()));
  }
}
