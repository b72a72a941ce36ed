import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { startCuttableEngine } from '../support/engine.js';
import { offsOf, type Shape } from './forecasts.js';

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
});
