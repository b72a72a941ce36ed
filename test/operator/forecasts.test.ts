import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { drop, plan, retire } from '../../src/operator/index.js';
import { startCuttableEngine } from '../support/engine.js';
import { filled, offsOf, type Shape } from './forecasts.js';

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
    const offs = await offsOf(engine, shape);
    expect(offs.filter(({ read, write }) => read > 0.15 || write > 0.15)).toEqual([]);
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
