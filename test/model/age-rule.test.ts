import { test } from '@jest/globals';
import { ageRule, allRules, type Rules, type Scenario } from './age-rule.js';
import { check } from './checker.js';
import { expectBreaks, expectHolds } from './verdicts.js';

test.each([{ lateDates: 0 }, { lateDates: 1 }] as const)(
  'no create of who does not know the entry comes after the drain, whatever clocks do: %j',
  ({ lateDates }) => {
    expectHolds(check(ageRule({ longerDrain: 0, lateDates })));
  },
);

const needed: [rules: Partial<Rules>, scenario: Partial<Scenario>][] = [
  [{ ageBy: 'monotonic clock' }, {}],
  [{ ageBy: 'wall clock' }, {}],
  [{ ageBy: 'wall clock' }, { longerDrain: 3 }],
  [{}, { longerDrain: -1 }],
  [{ datesAreLate: false }, { lateDates: 1 }],
];

test.each(needed)('a create can come after the drain with %j and %j', (rules, scenario) => {
  const model = ageRule({ longerDrain: 0, lateDates: 0, ...scenario }, { ...allRules, ...rules });
  expectBreaks(check(model), /LATE/);
});
