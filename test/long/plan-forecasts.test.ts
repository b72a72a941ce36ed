import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { drop, plan, retire } from '../../src/operator/index.js';
import { startCuttableEngine } from '../support/engine.js';
import { filled, forecastOf, type Shape, stopAfter, wrongForecasts, wrongOf } from '../operator/forecasts.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

describe('a forecast', () => {
  const shapes: readonly Shape[] = [
    { items: 60, paths: 0, bytes: 300 },
    { items: 40, paths: 3, bytes: 3_000 },
  ];

  it.each(shapes)('is right within 15 per cent about each step of a table of %j', async (shape) => {
    expect(await wrongForecasts(engine, shape)).toEqual([]);
  });

  it('is right about a backfill that meets rows which it makes itself', async () => {
    expect(await wrongForecasts(engine, { items: 100, paths: 3, bytes: 30_000 }, [['backfill']])).toEqual([]);
  });

  it('counts what is left of a backfill, a retire and a drop that were begun', async () => {
    const table = await filled(engine, { items: 600, paths: 1, bytes: 3_000 });
    for (const step of ['backfill', 'verify', 'retire', 'drop'] as const) {
      if (step === 'retire') await table.use();
      if (step !== 'verify') await stopAfter(table, step, 300);
      const forecast = await forecastOf(table, step);
      // What they said as they began is about all of it, and what was read when they were stopped is read again.
      expect(wrongOf(step, { ...forecast, passes: [] })).toEqual([]);
      // It was begun: all of it would be twice as much.
      if (step !== 'verify') expect(forecast.consumed.write).toBeLessThan(600 * 2 * 2 * 3 * 0.6);
    }
  });

  it('has nothing before a verify where no key path waits for one, and all of it where all are meant', async () => {
    const { place } = await filled(engine, { items: 100, paths: 0, bytes: 3_000 });
    expect(await plan({ ...place, step: 'verify' })).toMatchObject({ readUnits: 0, writeUnits: 0 });
    const { readUnits } = await plan({ ...place, step: 'verify', all: true });
    expect(readUnits).toBeGreaterThan(60);
  });

  it('has nothing before a retire or a drop that is done', async () => {
    const table = await filled(engine, { items: 10, paths: 1, bytes: 300 });
    await table.use();
    const { place } = table;
    const done = { behind: 0, readUnits: 0, writeUnits: 0 };
    expect(await plan({ ...place, step: 'retire' })).toMatchObject({ behind: 11 });
    await retire({ ...place, version: 1, force: true, drain: 0 });
    expect(await plan({ ...place, step: 'retire' })).toMatchObject(done);
    await drop({ ...place, version: 1, force: true, drain: 0 });
    expect(await plan({ ...place, step: 'drop' })).toMatchObject(done);
  });
});
