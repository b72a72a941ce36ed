import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Background, type BackgroundOptions } from '../../src/application/background.js';
import { Lease, LEASE_MS } from '../../src/application/lease.js';
import { openStore } from '../../src/application/open-store.js';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, NotVerifiedError, promote, verify } from '../../src/operator/index.js';
import { Registry } from '../../src/registry/registry.js';
import { StoreClosedError, StoreOptionError } from '../../src/store/errors.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import { newTable } from '../dynamo/wire.js';
import { type Branch, openBranch } from '../operator/branch.js';
import { Member, v2, v3 } from '../operator/library.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const statesIn = async ({ bench }: Branch): Promise<readonly string[]> => {
  const { demanded } = (await Registry.open(bench.gateway)).knowledge;
  return [...new Set([...demanded.values()].flat().map(({ state }) => state))];
};

const isVerifyRecord = (action: Action): boolean =>
  action.kind === 'put' && JSON.stringify(action.row['$entry'] ?? {}).includes('"verified"');

/** A process whose first long wait resolves `idle`, and which waits there until it is stopped. */
function opened(gateway: Gateway, options: BackgroundOptions = {}) {
  let rests!: () => void;
  const idle = new Promise<void>((resolve) => (rests = resolve));
  const waiting = gatewayOver(gateway, {
    pause: (milliseconds, signal) => {
      // Renewals wait a third of a lease; who looks again waits longer.
      if (milliseconds > LEASE_MS / 3) rests();
      return gateway.pause(milliseconds, signal);
    },
  });
  const background = new Background(waiting, v2, options);
  background.start();
  return { background, idle };
}

describe('background work', () => {
  it('takes key paths to promoted, without any operator, and one process at a time does it', async () => {
    const branch = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'ada@x' }));
    });
    expect(await statesIn(branch)).toContain('expand');
    const steps: number[] = [];
    const both = [1, 2].map((worker) => opened(branch.bench.gateway, { onProgress: () => steps.push(worker) }));
    await Promise.all(both.map(({ idle }) => idle));
    expect(await statesIn(branch)).toEqual(['promoted']);
    expect(new Set(steps).size).toBe(1);
    await Promise.all(both.map(({ background }) => background.stop()));
    expect(await branch.now.members.findByKeyPath('/email-:email', { email: 'none' })).toBeUndefined();
  });

  it('reports a conflict, and rests before it scans the table again, in every process', async () => {
    const branch = await openBranch(engine, async ({ members }) => {
      await members.insert(members.create({ id: 'ada', email: 'same' }));
      await members.insert(members.create({ id: 'bob', email: 'same' }));
    });
    const errors: unknown[] = [];
    const onError = (error: unknown): never => {
      errors.push(error);
      throw new Error('the listener itself fails');
    };
    for (let process = 0; process < 2; process++) {
      const { background, idle } = opened(branch.bench.gateway, { onError });
      await idle;
      await background.stop();
    }
    expect(errors).toEqual([expect.any(NotVerifiedError)]);
  });

  describe('goes on with a path that was published while it verified others', () => {
    /** A process whose verify is about to be recorded when an operator comes, and publishes; and what came of it. */
    async function overtaken(emails: readonly string[], operate: (branch: Branch) => Promise<unknown>) {
      const branch = await openBranch(engine, async ({ members }) => {
        for (const [n, email] of emails.entries()) await members.insert(members.create({ id: `m${n}`, email }));
      });
      const { bench } = branch;
      let once = false;
      const slow = gatewayOver(bench.gateway, {
        write: async (actions, ...rest) => {
          if (!once && actions.some(isVerifyRecord)) {
            once = true;
            await operate(branch);
          }
          return bench.gateway.write(actions, ...rest);
        },
      });
      const errors: unknown[] = [];
      const { background, idle } = opened(slow, { onError: (error) => errors.push(error) });
      await idle;
      await background.stop();
      return { once, errors, states: await statesIn(branch) };
    }

    /** The operator is faster with the others. */
    async function faster({ place, bench }: Branch): Promise<void> {
      await verify(place);
      await promote(place);
      await bench.publish(v3);
    }

    it('without a rest, where an operator was faster with the promote of those', async () => {
      expect(await overtaken(['ada@x'], faster)).toEqual({ once: true, errors: [], states: ['promoted'] });
    });

    it('without a rest, where an operator has filled it, too', async () => {
      const filled = async (branch: Branch): Promise<void> => {
        await faster(branch);
        await backfill({ ...branch.place, schema: v3 });
      };
      expect(await overtaken(['ada@x'], filled)).toEqual({ once: true, errors: [], states: ['promoted'] });
    });

    it('before the rest that two items with one key on those ask for', async () => {
      const { once, errors, states } = await overtaken(['same', 'same'], ({ bench }) => bench.publish(v3));
      expect({ once, errors }).toEqual({ once: true, errors: [expect.any(NotVerifiedError)] });
      expect(states).not.toContain('expand');
    });
  });

  it('ends within moments of the close of its store, in the middle of its work', async () => {
    const branch = await openBranch(engine);
    let begun!: () => void;
    const working = new Promise<void>((resolve) => (begun = resolve));
    const errors: unknown[] = [];
    const place = { schema: v2, table: branch.bench.table, client: branch.bench.client };
    const store = await openStore({
      ...place,
      background: { maxWcu: 1000, onProgress: () => begun(), onError: (error) => errors.push(error) },
    });
    await working;
    await store.close();
    await store.close();
    expect(errors).toEqual([]);
    expect(() => store.repository(Member)).toThrow(StoreClosedError);
    // Another process need not wait for a lease to end.
    expect(await Lease.claim(branch.bench.gateway, 0)).toBeDefined();
  });

  describe('that takes longer than a lease', () => {
    /** A process in whose first scan so much time passes, with renewals or, as in one that stands still, without. */
    async function slow(lives: boolean) {
      const branch = await openBranch(engine, async ({ members }) => {
        await members.insert(members.create({ id: 'ada', email: 'ada@x' }));
      });
      const { gateway } = branch.bench;
      let ahead = 0;
      let renew = (): void => undefined;
      let renewals = 0;
      const later = gatewayOver(gateway, { serverTime: () => gateway.serverTime() + ahead });
      const renewed = async (): Promise<void> => {
        const before = renewals;
        renew();
        while (renewals === before) await new Promise((resolve) => setImmediate(resolve));
      };
      const errors: unknown[] = [];
      let taken: Lease | undefined;
      let scans = 0;
      const process = gatewayOver(later, {
        pause: (milliseconds, signal) => {
          if (milliseconds !== LEASE_MS / 3) return gateway.pause(milliseconds, signal);
          renewals++;
          return new Promise((resolve, reject) => {
            renew = resolve;
            signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          });
        },
        async scan(request) {
          // One row of a scan tells the engine, before any work.
          if (request.limit !== 1 && ++scans === 1) {
            for (let third = 0; third < 6; third++) {
              ahead += LEASE_MS / 3;
              if (lives) await renewed();
            }
            taken = await Lease.claim(later, 1_000);
            // It hears of that: no renewal follows.
            if (!lives) renew();
            if (!lives) await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return gateway.scan(request);
        },
      });
      const { background, idle } = opened(process, { onError: (error) => errors.push(error) });
      await idle;
      await background.stop();
      return { taken, errors, states: await statesIn(branch) };
    }

    it('renews it, and goes on alone', async () => {
      expect(await slow(true)).toMatchObject({ taken: undefined, errors: [], states: ['promoted'] });
    });

    it('stops where another process has it by then, which is no failure', async () => {
      expect(await slow(false)).toMatchObject({
        taken: expect.any(Lease),
        errors: [],
        states: expect.arrayContaining(['expand']),
      });
    });
  });

  it('takes what it knows and nothing else', async () => {
    const place = { schema: v2, table: 't', client: engine.client };
    for (const background of [true, { maxWcu: 0 }, { maxRcu: '5' }, { speed: 1 }, { onError: 1 }, null]) {
      await expect(openStore({ ...place, background: background as never })).rejects.toThrow(StoreOptionError);
    }
  });
});

describe('the lease', () => {
  it('is one process’s until it is given back or its time is over', async () => {
    const gateway = await newTable(engine);
    const later = gatewayOver(gateway, { serverTime: () => gateway.serverTime() + LEASE_MS + 1 });
    const first = await Lease.claim(gateway, 1);
    expect(await Lease.claim(gateway, 1)).toBeUndefined();
    const second = await Lease.claim(later, 1);
    expect(second).toBeDefined();
    expect(await first!.renew()).toBe(false);
    expect(await second!.renew()).toBe(true);
    await second!.release();
    expect(await Lease.claim(gateway, 1)).toBeDefined();
  });

  it('rests after an attempt that came to no end, until the registry says something new', async () => {
    const gateway = await newTable(engine);
    await (await Lease.claim(gateway, 1))!.rest(60_000, 5);
    expect(await Lease.claim(gateway, 5)).toBeUndefined();
    const again = await Lease.claim(gateway, 6);
    expect(again?.failures).toBe(1);
  });
});
