import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfillIn } from '../../src/operator/backfill.js';
import { dropIn } from '../../src/operator/drop.js';
import { NotVerifiedError } from '../../src/operator/errors.js';
import type { Progress } from '../../src/operator/progress.js';
import { promoteIn } from '../../src/operator/promote.js';
import { retireIn } from '../../src/operator/retire.js';
import type { Session, StepOptions } from '../../src/operator/session.js';
import { verifyIn } from '../../src/operator/verify.js';
import { isDropSwept, isFloorSwept, type Knowledge } from '../../src/registry/knowledge.js';
import type { Gateway } from '../../src/table/gateway.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { startEngine } from '../support/engine.js';
import { BY_TITLE, Notes, v2, v3 } from './notes.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const SECOND = 1_000;

/** A gateway whose clock moves while it waits, and a second with each page of a few rows. */
function slow(gateway: Gateway): Gateway {
  let ahead = 0;
  return gatewayOver(gateway, {
    scan: (request) => {
      ahead += SECOND;
      return gateway.scan({ ...request, limit: 12 });
    },
    pause: async (milliseconds) => void (ahead += milliseconds),
    elapsed: () => ahead,
    serverTime: () => gateway.serverTime() + ahead,
  });
}

/** Calls a step until it has finished, each time for as long as two pages take: what it reported each time. */
async function inSlices<Report extends { readonly finished: boolean }>(
  step: (options: StepOptions) => Promise<Report>,
  between: (report: Report) => void | Promise<void>,
): Promise<Report> {
  for (let call = 1; call < 100; call++) {
    const report = await step({ timeLimit: 2 * SECOND, segments: 1 });
    if (report.finished) {
      expect(call).toBeGreaterThan(2);
      return report;
    }
    await between(report);
  }
  throw new Error('it comes to no end');
}

const stateOfTitle = ({ demanded }: Knowledge): string | undefined =>
  demanded.get('Note')?.find(({ path }) => path.template === BY_TITLE)?.state;

async function begun(schema: typeof v2): Promise<{ readonly notes: Notes; readonly session: Session }> {
  const notes = await Notes.on(engine);
  await notes.at(schema);
  return { notes, session: await notes.operator(schema, slow(notes.gateway)) };
}

describe('a call whose time is over', () => {
  it('[COMPLETE] makes nothing strict, and records no verify, before all items were met', async () => {
    const { notes, session } = await begun(v3);
    const filled = await inSlices(
      (options) => backfillIn(session, options),
      (report) => {
        expect(report.keyPaths).toEqual([]);
        expect(stateOfTitle(session.registry.knowledge)).toBe('expand');
      },
    );
    expect(filled).toMatchObject({ keyPaths: [{ keyPath: BY_TITLE }], items: 3, written: 3 });
    const steps = new Set<string>();
    const onProgress = ({ step }: Progress): void => void steps.add(step);
    const verified = await inSlices(
      (options) => verifyIn(session, { ...options, onProgress }),
      async (report) => {
        expect(report.complete).toBe(false);
        await expect(promoteIn(session)).rejects.toThrow(NotVerifiedError);
      },
    );
    expect(verified).toMatchObject({ items: 3, complete: true });
    // Nothing is in doubt where each slice goes on with what the one before has kept.
    expect(steps).toEqual(new Set(['digest']));
    await promoteIn(session);
    expect(await notes.wrong()).toEqual([]);
  });

  it('[FENCE] retires and drops nothing before all items were met', async () => {
    const { notes, session } = await begun(v2);
    const retired = await inSlices(
      (options) => retireIn(session, { version: 1, ...options }),
      () => expect(isFloorSwept(session.registry.knowledge)).toBe(false),
    );
    expect(retired).toMatchObject({ floor: 2, items: 3, written: 3 });
    const dropped = await inSlices(
      (options) => dropIn(session, { version: 1, ...options }),
      () => expect(isDropSwept(session.registry.knowledge)).toBe(false),
    );
    expect(dropped).toMatchObject({ items: 3, written: 3 });
    expect(await notes.wrong()).toEqual([]);
  });

  it('[COMPLETE] goes on with a drain where the call before it left it, and scans nothing before', async () => {
    const { notes, session } = await begun(v3);
    await (await notes.registry()).append(() => ({ kind: 'settings', createGuard: 'age' }));
    await session.registry.refresh();
    const minutes = { timeLimit: 7 * 60 * SECOND };
    const begin = session.gateway.serverTime();
    const report = { finished: false };
    for (let call = 1; !report.finished; call++) {
      Object.assign(report, await backfillIn(session, minutes));
      // 18 minutes, but for what went by since the fences were raised.
      expect([call, report.finished, stateOfTitle(session.registry.knowledge)]).toEqual(
        call < 3 ? [call, false, 'expand'] : [3, true, 'strict'],
      );
    }
    expect(session.gateway.serverTime() - begin).toBeGreaterThan(17 * 60 * SECOND);
  });
});
