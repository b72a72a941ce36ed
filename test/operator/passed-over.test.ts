import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, verify } from '../../src/operator/index.js';
import { PassingOver, passedOverTogether } from '../../src/operator/passed-over.js';
import { DamagedRowError } from '../../src/views/errors.js';
import { startEngine } from '../support/engine.js';
import { openBranch } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

describe('rows that a pass goes on past', () => {
  const noted = (rows: number, segments: number, keyBytes = 20): PassingOver => {
    const passing = new PassingOver(undefined, segments);
    for (let i = 0; i < rows; i++) {
      const key = { pk: `/item-${String(i).padStart(keyBytes, '0')}`, sk: '/' };
      passing.note(key, new DamagedRowError({ type: 'Item', path: 'text', reason: 'is odd', key: key.pk }));
    }
    return passing;
  };

  it('are listed up to 100 together, however many segments there are', () => {
    for (const segments of [1, 2, 4, 64]) {
      const kept = Array.from({ length: segments }, () => noted(120, segments).all);
      const all = passedOverTogether(kept);
      expect([all.count, all.first.length]).toEqual([120 * segments, 100]);
    }
    expect(noted(120, 64).all.first).toHaveLength(30);
  });

  it('take no more than a part of the row in which they are kept, and are counted all the same', () => {
    const { count, first } = noted(120, 1, 2_000).all;
    expect(count).toBe(120);
    expect(first.length).toBeGreaterThan(30);
    expect(JSON.stringify(first).length).toBeLessThan(160_000);
  });

  it('go on from what was kept', () => {
    const passing = new PassingOver(noted(99, 1).all);
    for (const id of ['a', 'b']) {
      passing.note({ pk: id, sk: '/' }, new DamagedRowError({ type: 'Item', path: 'text', reason: 'is odd', key: id }));
    }
    expect(passing.all).toMatchObject({ count: 101, first: { length: 100 } });
  });

  it('are named all of them by a backfill and a verify in one piece', async () => {
    const { bench, place } = await openBranch(engine, async ({ members }) => {
      for (let i = 0; i < 45; i++) await members.insert(members.create({ id: `m${i}`, email: `m${i}@x` }));
    });
    const damaged = (await bench.rows()).filter((row) => 'email' in row);
    for (const { pk, sk, ...row } of damaged) {
      await bench.putRaw(bench.gateway.keyOf({ pk: pk!, sk: sk! }), { ...row, email: { N: '7' } });
    }
    const names = damaged.map(({ pk }) => (pk as { readonly S: string }).S).sort();
    const { finished, passedOver } = await backfill(place);
    expect({ finished, count: passedOver.count }).toEqual({ finished: false, count: 45 });
    expect(passedOver.first.map(({ key }) => key.pk).sort()).toEqual(names);
    const { passedOver: found } = await verify({ ...place, all: true });
    expect(found.first.map(({ key }) => key.pk).sort()).toEqual(names);
  });
});
