import { expect, test } from '@jest/globals';
import { simulate } from './run.js';
import { calm, type Scenario } from './scenario.js';

/** Four processes of three versions, each of which updates the one note fifty times at once. */
const hot: Partial<Scenario> = {
  publishedFirst: 5,
  newest: 5,
  seeded: true,
  notes: ['1'],
  idle: 0,
  deployers: 0,
  operators: 0,
  workers: 0,
  supervised: false,
  crash: 0,
  skew: 0,
  expiring: false,
  large: 0,
  values: 3,
  applications: [3, 4, 5, 5].map((version) => ({
    version,
    lanes: 1,
    calls: 50,
    hot: true,
    pace: { usual: 0, longest: 0 },
  })),
};

test.each([
  ['whose rows stay locked for a while after each write', { locked: 0.5, longestLock: 500 }],
  ['that is met by conflicts', { conflict: 0.2 }],
])('updates of one item %s all succeed, of several processes and versions at once', async (_, troubles) => {
  const { violations, failures, calls } = await simulate(1, {
    scenario: { ...hot, troubles: { ...calm, ...troubles } },
    history: false,
  });
  expect(violations).toEqual([]);
  expect(failures).toEqual([]);
  expect(calls).toBeGreaterThan(200);
});
