import { describe, expect, it, test } from '@jest/globals';
import { drain, type Drained, drainTime } from '../../src/operator/drain.js';
import type { Progress } from '../../src/operator/progress.js';
import type { Session, StepOptions } from '../../src/operator/session.js';
import { raiseFences } from '../../src/registry/fences.js';
import type { SettingsInForce } from '../../src/registry/knowledge.js';
import type { Registry } from '../../src/registry/registry.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const age = (registryMaxAge: number): SettingsInForce => ({ since: 1, createGuard: 'age', registryMaxAge });
const fence = (registryMaxAge: number): SettingsInForce => ({ since: 1, createGuard: 'fence', registryMaxAge });

const past = (settings: SettingsInForce): SettingsInForce => ({ ...settings, readersOnly: true });

describe('a drain lasts', () => {
  test.each<[string, readonly SettingsInForce[], boolean, Drained, number]>([
    ['no time on a local engine that checks fences', [fence(MINUTE)], true, 'readers', 0],
    ['a minute where fences are checked', [fence(10 * MINUTE)], false, 'writers', MINUTE],
    ['as long as readers may not have heard of it', [fence(10 * MINUTE)], false, 'readers', 12 * MINUTE],
    ['the age, a signature and a margin', [age(MINUTE)], false, 'writers', 18 * MINUTE],
    ['the same for readers', [age(MINUTE)], false, 'readers', 18 * MINUTE],
    ['the same on a local engine', [age(MINUTE)], true, 'writers', 18 * MINUTE],
    ['by the largest age that somebody may act by', [age(10 * MINUTE), age(MINUTE)], false, 'writers', 27 * MINUTE],
    [
      'as long as readers may act by what no writer does',
      [past(age(30 * MINUTE)), age(MINUTE)],
      false,
      'readers',
      32 * MINUTE,
    ],
    ['for writers no longer than that', [past(age(30 * MINUTE)), age(MINUTE)], false, 'writers', 18 * MINUTE],
    ['by the age while some may not know of fences', [age(MINUTE), fence(MINUTE)], false, 'writers', 18 * MINUTE],
  ])('%s', (_, settings, loopback, whom, milliseconds) => {
    expect(drainTime(settings, loopback, whom)).toBe(milliseconds);
  });
});

/** A table with a registry at epoch 3, whose clock moves only while somebody waits. */
class Clockwork {
  now = START;
  epoch = 3;
  readonly rows = new Map<string, AttributeMap>();
  readonly told: number[] = [];
  reads = 0;

  readonly gateway = {
    loopback: false,
    serverTime: () => this.now,
    elapsed: () => this.now,
    pause: (milliseconds: number) => {
      this.now += milliseconds;
      return Promise.resolve();
    },
    get: (key: RowKey) => {
      this.reads++;
      return Promise.resolve(this.rows.get(key.pk + key.sk));
    },
    write: ([action]) => {
      const { key, row } = action as { key: RowKey; row: AttributeMap };
      const id = key.pk + key.sk;
      const there = this.rows.get(id)?.['$epoch'];
      const epoch = (of: unknown): number => Number((of as { N: string }).N);
      if (there === undefined || epoch(there) < epoch(row['$epoch'])) this.rows.set(id, row);
      return Promise.resolve({ kind: 'applied' });
    },
  } as Partial<Gateway> as Gateway;

  drain(options: StepOptions = {}): Promise<boolean> {
    const registry = {
      knowledge: { epoch: this.epoch, fenced: 3, settings: [age(MINUTE)] },
      raiseFences: () => raiseFences(this.gateway, { epoch: 3, shortId: 'x' }),
    } as unknown as Registry;
    const onProgress = (progress: Progress): void => {
      if (progress.step === 'drain') this.told.push(progress.milliseconds);
    };
    return drain({ gateway: this.gateway, registry } as Session, { deadline: Infinity, onProgress, ...options });
  }
}

describe('a drain', () => {
  it('counts from when the fences stood at the entry, and tells what is left', async () => {
    const clockwork = new Clockwork();
    await clockwork.drain();
    expect(clockwork.now - START).toBe(18 * MINUTE);
    expect([clockwork.told[0], clockwork.told.at(-1)]).toEqual([18 * MINUTE, 1_000]);
  });

  it('tells every second what is left, without a request more', async () => {
    const clockwork = new Clockwork();
    await clockwork.drain({ drain: 30_000 });
    expect(clockwork.told).toEqual(Array.from({ length: 30 }, (_, second) => 30_000 - second * 1_000));
    expect(clockwork.reads).toBe(4);
  });

  it('does not wait again for what another process has waited', async () => {
    const clockwork = new Clockwork();
    await raiseFences(clockwork.gateway, { epoch: 3, shortId: 'x' });
    clockwork.now += 17.5 * MINUTE;
    await raiseFences(clockwork.gateway, { epoch: 3, shortId: 'x' });
    await clockwork.drain();
    expect(clockwork.now - START).toBe(18 * MINUTE);
    await clockwork.drain();
    expect(clockwork.now - START).toBe(18 * MINUTE);
  });

  it('waits for the newest entry that it knows', async () => {
    const clockwork = new Clockwork();
    await raiseFences(clockwork.gateway, { epoch: 2, shortId: 'x' });
    clockwork.now += 60 * MINUTE;
    await clockwork.drain();
    expect(clockwork.now - START).toBe(78 * MINUTE);
  });

  it('does not wait for an entry that no create has to know', async () => {
    const clockwork = new Clockwork();
    await raiseFences(clockwork.gateway, { epoch: 3, shortId: 'x' });
    clockwork.now += 10 * MINUTE;
    clockwork.epoch = 7;
    await clockwork.drain();
    expect(clockwork.now - START).toBe(18 * MINUTE);
  });

  it('lasts as long as it is told to', async () => {
    const clockwork = new Clockwork();
    await clockwork.drain({ drain: 20_000 });
    expect(clockwork.now - START).toBe(20_000);
  });

  it('ends with the reason of its signal', async () => {
    const clockwork = new Clockwork();
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error('enough'));
    await expect(clockwork.drain({ signal: stop.signal, onProgress })).rejects.toThrow('enough');
    expect(clockwork.now - START).toBeLessThan(MINUTE);
  });
});
