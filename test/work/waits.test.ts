import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { gatewayOver } from '../../src/table/gateway-over.js';
import { noteWait, readWaits, takeWait } from '../../src/work/waits.js';
import { putWorkRow } from '../../src/work/put.js';
import { readWorkRow } from '../../src/work/rows.js';
import { readWorks } from '../../src/work/works.js';
import { Bench } from '../store/bench.js';
import { startEngine } from '../support/engine.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const REGISTRY = '9c1e04d2';
const KEY = { pk: '$work', sk: 'waits' };
const ME = `${hostname()}:${process.pid}`;
const inMinutes = (minutes: number): number => Date.now() + minutes * 60_000;

/** A table in which processes of other machines wait. */
async function withOthers(...others: readonly { readonly by: string; readonly until: number }[]) {
  const { gateway } = await Bench.on(engine);
  const waits = others.map((other) => ({ ...other, since: Date.now() }));
  await putWorkRow(gateway, KEY, undefined, { registry: REGISTRY, waits });
  return gateway;
}

const whoWaits = async (...[gateway, registry = REGISTRY]: [Parameters<typeof readWaits>[0], string?]) =>
  (await readWaits(gateway, registry)).map(({ by }) => by);

describe('waits', () => {
  it('are those that are not over, the first to end at the head; those that are over go with the next write', async () => {
    const gateway = await withOthers(
      { by: 'late:1', until: inMinutes(20) },
      { by: 'gone:1', until: inMinutes(-1) },
      { by: 'soon:1', until: inMinutes(5) },
    );
    expect(await whoWaits(gateway)).toEqual(['soon:1', 'late:1']);
    await noteWait(gateway, REGISTRY, inMinutes(10));
    expect(await whoWaits(gateway)).toEqual(['soon:1', ME, 'late:1']);
    const written = readWorkRow<{ waits: readonly { by: string }[] }>((await gateway.get(KEY))!)!.content.waits;
    expect(written.map(({ by }) => by)).toEqual(['late:1', 'soon:1', ME]);
  });

  it('of others stay where one is taken away', async () => {
    const until = inMinutes(10);
    const gateway = await withOthers({ by: 'other:1', until });
    await noteWait(gateway, REGISTRY, until);
    await takeWait(gateway, REGISTRY, until);
    expect(await whoWaits(gateway)).toEqual(['other:1']);
  });

  it('of another registry count for nothing, as in a table that was copied', async () => {
    const gateway = await withOthers({ by: 'other:1', until: inMinutes(10) });
    expect(await whoWaits(gateway, 'another')).toEqual([]);
    await noteWait(gateway, 'another', inMinutes(10));
    expect(await whoWaits(gateway, 'another')).toEqual([ME]);
  });

  it('are written together by all who begin to wait at once, the newest 20 of them', async () => {
    const gateway = await withOthers({ by: 'other:1', until: inMinutes(10) });
    const first = inMinutes(30);
    await Promise.all([0, 1, 2].map((i) => noteWait(gateway, REGISTRY, first + i)));
    expect(await whoWaits(gateway)).toEqual(['other:1', ME, ME, ME]);
    for (let i = 3; i < 23; i++) await noteWait(gateway, REGISTRY, first + i);
    expect(await whoWaits(gateway)).toEqual(Array.from({ length: 20 }, () => ME));
  });

  it('hold nobody up where the row cannot be written for others', async () => {
    const gateway = await withOthers();
    let writes = 0;
    const contended = gatewayOver(gateway, {
      write: async () => {
        writes++;
        return { kind: 'refused', refusals: [{ index: 0 }] } as never;
      },
    });
    await noteWait(contended, REGISTRY, inMinutes(10));
    expect(writes).toBe(8);
    expect(await whoWaits(gateway)).toEqual([]);
  });

  it('are no pass over the table', async () => {
    const gateway = await withOthers({ by: 'other:1', until: inMinutes(10) });
    expect(await readWorks(gateway)).toEqual([]);
  });
});
