import { expect, test } from '@jest/globals';
import { simulate } from './run.js';
import { calm, hot, type Scenario } from './scenario.js';

/** Nobody is at work but applications. */
const alone: Partial<Scenario> = {
  idle: 0,
  deployers: 0,
  operators: 0,
  workers: 0,
  supervised: false,
  skew: 0,
  large: 0,
};

test.each([
  ['whose rows stay locked for a while after each write', { locked: 0.5, longestLock: 500 }],
  ['whose rows stay locked for up to two seconds', { locked: 0.5, longestLock: 2_000 }],
  ['that is met by conflicts', { conflict: 0.2 }],
])('200 updates of one item %s all succeed, by four processes of three versions at once', async (_, troubles) => {
  const { violations, failures, calls } = await simulate(7, {
    scenario: { ...alone, ...hot([3, 4, 5, 5], 50), troubles: { ...calm, ...troubles } },
    history: false,
  });
  expect(violations).toEqual([]);
  expect(failures).toEqual([]);
  expect(calls).toBeGreaterThan(200);
});
