import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfillIn } from '../../src/operator/backfill.js';
import { dropIn } from '../../src/operator/drop.js';
import { promoteIn } from '../../src/operator/promote.js';
import { retireIn } from '../../src/operator/retire.js';
import type { Session } from '../../src/operator/session.js';
import { verifyIn } from '../../src/operator/verify.js';
import type { CreateGuard } from '../../src/registry/entry.js';
import type { Action, Gateway } from '../../src/table/gateway.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { Notes, v2, v3 } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const MINUTE = 60_000;

/** What an operator does, by a clock of the server's that moves only while the operator waits. */
class Watch {
  #waited = 0;
  /** In milliseconds: how long had been waited when each kind of request was first made since the last drain began. */
  readonly at: Readonly<Record<'write' | 'scan' | 'dropped', number[]>> = { write: [], scan: [], dropped: [] };
  readonly gateway: Gateway;
  /** Called once, in the first pause. */
  inPause: (() => Promise<void>) | undefined;

  constructor(gateway: Gateway) {
    const now = Date.now();
    this.gateway = gatewayOver(gateway, {
      loopback: false,
      serverTime: () => now + this.#waited,
      elapsed: () => this.#waited,
      pause: async (milliseconds) => {
        this.#waited += milliseconds;
        const { inPause } = this;
        this.inPause = undefined;
        await inPause?.();
      },
      scan: (request) => {
        this.at.scan.push(this.#waited);
        // One row at a time: whoever stops at the first page sees nearly nothing.
        return gateway.scan({ ...request, limit: 1 });
      },
      write: (actions, token, options) => {
        if (actions.some(({ key }) => key.pk.startsWith('/'))) this.at.write.push(this.#waited);
        if (actions.some(isDropped)) this.at.dropped.push(this.#waited);
        return gateway.write(actions, token, options);
      },
    });
  }
}

const isDropped = (action: Action): boolean =>
  action.kind === 'put' && JSON.stringify(action.row['$entry'] ?? {}).includes('"dropped"');

/** A table at work at versions 1 and 2, or 3, whose registry asks for the guard; and an operator of it. */
async function begun(
  schema: typeof v2,
  createGuard: CreateGuard,
): Promise<{ watch: Watch; session: Session; notes: Notes }> {
  const notes = await Notes.on(engine);
  await notes.at(schema);
  if (createGuard === 'age') await (await notes.registry()).append(() => ({ kind: 'settings', createGuard }));
  const watch = new Watch(notes.gateway);
  return { watch, session: await notes.operator(schema, watch.gateway), notes };
}

// The fences were raised a moment ago, by the clock of this machine.
const FEW = 5_000;
const AGED = 18 * MINUTE - FEW;

describe('[COMPLETE] where creates are guarded by age, an operator waits', () => {
  it('before a backfill sweeps, and again before a verify scans, and not to promote', async () => {
    const { watch, session, notes } = await begun(v3, 'age');
    await backfillIn(session, {});
    expect(watch.at.write).toHaveLength(3);
    expect(Math.min(...watch.at.scan, ...watch.at.write)).toBeGreaterThan(AGED);
    const swept = watch.at.scan.at(-1)!;
    watch.at.scan.length = 0;
    const { epoch } = session.registry.knowledge;
    watch.inPause = async () => {
      await (await notes.registry()).append(() => ({ kind: 'settings', registryMaxAge: 1_000 }));
    };
    expect(await verifyIn(session, {})).toMatchObject({ items: 3, complete: true });
    expect(Math.min(...watch.at.scan) - swept).toBeGreaterThan(AGED);
    // What others append while it waits is not drained when it scans.
    const verified = [...session.registry.knowledge.demanded.get('Note')!].find(
      ({ state }) => state === 'strict',
    )?.verified;
    expect(verified).toMatchObject({ epoch, missing: 0 });
    const ended = watch.at.scan.at(-1)!;
    await promoteIn(session);
    expect(watch.at.scan.at(-1)).toBe(ended);
  });

  it('before a retire sweeps', async () => {
    const { watch, session } = await begun(v2, 'age');
    expect(await retireIn(session, { version: 1 })).toMatchObject({ items: 3, written: 3 });
    expect(Math.min(...watch.at.scan, ...watch.at.write)).toBeGreaterThan(AGED);
  });
});

it('[COMPLETE] where creates check fences, writers are waited for a minute, and readers as long as they may not have heard', async () => {
  const { watch, session } = await begun(v2, 'fence');
  await retireIn(session, { version: 1 });
  const retired = watch.at.scan.at(-1)!;
  expect(retired).toBeGreaterThan(MINUTE - FEW);
  expect(retired).toBeLessThan(2 * MINUTE);
  watch.at.scan.length = 0;
  await dropIn(session, { version: 1 });
  const [dropped] = watch.at.dropped;
  expect(dropped! - retired).toBeGreaterThan(3 * MINUTE - FEW);
  expect(Math.min(...watch.at.scan) - dropped!).toBeGreaterThan(MINUTE - FEW);
});
