import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { backfill, plan, type Progress, verify } from '../../src/operator/index.js';
import { planFor } from '../../src/operator/plan.js';
import { startEngine } from '../support/engine.js';
import { openBranch } from './branch.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

describe('a plan', () => {
  it('says before a backfill what it comes to', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      const long = 'x'.repeat(1_500);
      for (let i = 0; i < 60; i++) {
        await members.insert(
          members.create({ id: `m${i}`, email: `m${i}@x`, team: 'red', ...(i % 2 === 0 ? {} : { note: long }) }),
        );
      }
    });
    const before = await plan(place);
    let told: Progress | undefined;
    const { written } = await backfill({ ...place, onProgress: (progress) => (told = progress) });
    expect(before).toMatchObject({ behind: written, sampled: expect.any(Number) });
    expect(before).not.toHaveProperty('cost');
    const consumed = told?.step === 'sweep' ? told.work!.consumed.write : 0;
    // The record of the pass is a part of what was consumed.
    expect(before.writeUnits / consumed).toBeGreaterThan(0.8);
    expect(before.writeUnits / consumed).toBeLessThan(1.25);
    expect(await plan(place)).toMatchObject({ behind: 0, writeUnits: 0 });
    expect(await plan({ ...place, step: 'retire' })).toMatchObject({ behind: written, step: 'retire' });
  });

  it('says before a verify what it reads, and what it writes down', async () => {
    const { place } = await openBranch(engine, async ({ members }) => {
      for (let i = 0; i < 40; i++) await members.insert(members.create({ id: `m${i}`, email: `${i}@x`, team: 'red' }));
    });
    await backfill(place);
    const before = await plan({ ...place, step: 'verify' });
    let told: Progress | undefined;
    await verify({ ...place, onProgress: (progress) => (told = progress) });
    const { read, write } = told?.step === 'digest' ? told.work!.consumed : { read: 0, write: 0 };
    expect(before).toMatchObject({ behind: 0 });
    expect(before.readUnits / read).toBeGreaterThan(0.5);
    expect(before.readUnits / read).toBeLessThan(1.25);
    // Three key paths in four segments; there are no books, so the table has no row on theirs.
    expect(before.writeUnits).toBe(3 * 4);
    expect(write).toBe(2 * 4);
  });

  it('takes the whole table for what its sample is, and counts in money and time', () => {
    const sample = { rows: 2_000, bytes: 1_000_000, items: 1_000, behind: 500, writeUnits: 2_000, digested: 0 };
    const table = { rows: 2_000_000_000, bytes: 1e12 };
    const limits = { maxWcu: 10_000, maxRcu: 1_000, prices: { perMillionWrites: 0.625, perMillionReads: 0.125 } };
    expect(planFor(table, sample, limits)).toEqual({
      step: 'backfill',
      items: 1_000_000_000,
      rows: 2_000_000_000,
      bytes: 1e12,
      behind: 500_000_000,
      readUnits: 244_140_625,
      writeUnits: 2_000_000_000,
      cost: 1250 + 30.517578125,
      // What is read is the longer of the two.
      duration: 244_140_625,
      sampled: 2_000,
    });
  });

  it('has nothing to say about an empty table', () => {
    const nothing = { rows: 0, bytes: 0, items: 0, behind: 0, writeUnits: 0, digested: 0 };
    expect(planFor({ rows: 0, bytes: 0 }, nothing, { maxWcu: 5 })).toMatchObject({
      items: 0,
      writeUnits: 0,
      duration: 0,
    });
  });

  it('is refused prices and steps that are none', async () => {
    const { place } = await openBranch(engine);
    await expect(plan({ ...place, prices: { perMillionWrites: -1, perMillionReads: 0 } })).rejects.toThrow(/prices is/);
    await expect(plan({ ...place, step: 'sweep' as 'retire' })).rejects.toThrow(/step is one of/);
  });
});
