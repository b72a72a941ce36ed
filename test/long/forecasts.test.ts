import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import type { PlannedStep } from '../../src/operator/index.js';
import { type Shape, wrongForecasts } from '../operator/forecasts.js';
import { startCuttableEngine } from '../support/engine.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startCuttableEngine();
});
afterAll(() => engine.stop());

const PATHS = [0, 1, 3];

const small: readonly Shape[] = [300, 3_000, 30_000].flatMap((bytes) =>
  PATHS.map((paths) => ({ items: 100, bytes, paths })),
);

it.each(small)('a forecast is right within 15 per cent about each step of a table of %j', async (shape) => {
  expect(await wrongForecasts(engine, shape)).toEqual([]);
});

/** What ten thousand items take long for is the rows of their key paths: each step has its turn. */
const large: readonly (readonly [Shape, readonly PlannedStep[]])[] = [
  [{ items: 10_000, bytes: 300, paths: 0 }, ['retire', 'drop', 'mendRestored']],
  [{ items: 10_000, bytes: 300, paths: 1 }, ['withdraw']],
  [{ items: 10_000, bytes: 300, paths: 3 }, ['backfill', 'verify']],
  // As many more would be nothing but more memory.
  [{ items: 3_000, bytes: 3_000, paths: 1 }, ['backfill', 'verify', 'retire']],
  [{ items: 500, bytes: 30_000, paths: 3 }, ['backfill', 'verify']],
];

it.each(large)('a forecast is right within 15 per cent in a table of %j about %j', async (shape, steps) => {
  expect(await wrongForecasts(engine, shape, [steps])).toEqual([]);
});
