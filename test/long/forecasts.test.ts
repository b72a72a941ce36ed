import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { offsOf, type Shape } from '../operator/forecasts.js';
import { startCuttableEngine } from '../support/engine.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const SIZES = [
  { items: 100, bytes: 300 },
  { items: 100, bytes: 3_000 },
  { items: 100, bytes: 30_000 },
  { items: 10_000, bytes: 300 },
  // As many more would be nothing but more memory.
  { items: 3_000, bytes: 3_000 },
  { items: 500, bytes: 30_000 },
];

const shapes: readonly Shape[] = SIZES.flatMap((size) => [0, 1, 3].map((paths) => ({ ...size, paths })));

it.each(shapes)('a forecast is right within 15 per cent about each step of a table of %j', async (shape) => {
  const offs = await offsOf(engine, shape);
  expect(offs.filter(({ read, write }) => read > 0.15 || write > 0.15)).toEqual([]);
});
