import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, retirement, type Rules, type Scenario } from './retirement.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'two puts': { calls: ['put', 'put'], isThere: true },
  'two creates': { calls: ['put', 'put'], isThere: false },
  'a delete and a put': { calls: ['delete', 'put'], isThere: true },
  'two puts and a delete': { calls: ['put', 'put', 'delete'], isThere: true },
  'one delete': { calls: ['delete'], isThere: true },
} satisfies Record<string, Scenario>;

type Name = keyof typeof scenarios;

describe('A version that counts as retired never writes', () => {
  test.each(Object.keys(scenarios) as Name[])('%s [FENCE]', (name) => {
    expectHolds(check(retirement(scenarios[name])));
  });
});

const needed: [off: keyof Rules, where: Name][] = [
  ['drain', 'two puts'],
  ['drain', 'two creates'],
  ['deleteChecksStamp', 'one delete'],
  ['sweepsExpired', 'two puts'],
];

test.each(needed)('without the rule %s, %s is broken [FENCE]', (off, where) => {
  expectBreaks(check(retirement(scenarios[where], { ...allRules, [off]: false })), /FENCE/);
});

test('a take-over that is not guarded does no harm as long as the sweep brings expired items to the epoch', () => {
  expectHolds(check(retirement(scenarios['two puts'], { ...allRules, takeOverIsGuarded: false })));
});

test('nor does the guard help a sweep that passes expired items over [FENCE]', () => {
  const rules = { ...allRules, sweepsExpired: false, takeOverIsGuarded: true };
  expectBreaks(check(retirement(scenarios['two puts'], rules)), /FENCE/);
});
