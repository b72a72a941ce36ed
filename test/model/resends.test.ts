import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, resends, type Rules, type Scenario } from './resends.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const held: readonly Scenario[] = [
  { stops: 'never', late: 'a moment' },
  { stops: 'before the look', late: 'a moment' },
];

describe('a create that is sent again brings nothing back', () => {
  test.each(held)('[NO-RESURRECT] %j', (scenario) => {
    expectHolds(check(resends(scenario)));
  });
});

const needed: readonly [off: readonly (keyof Rules)[], stops: Scenario['stops']][] = [
  [['looksFirst'], 'before the look'],
  [['goesByTheAnswer'], 'before the look'],
  [['goesByItsClock'], 'never'],
  [['looksFirst', 'goesByItsClock'], 'never'],
];

test.each(needed)('without the rules %j, and a machine that stops %s, it does', (off, stops) => {
  const rules = { ...allRules, ...Object.fromEntries(off.map((rule) => [rule, false])) };
  expectBreaks(check(resends({ stops, late: 'a moment' }, rules)), /RESURRECT/);
});

/* What no process can tell, and docs/protocol.md says: a signature is good for longer than its token is known. */
const open: readonly Scenario[] = [
  { stops: 'whenever', late: 'a moment' },
  { stops: 'never', late: 'a signature' },
];

test.each(open)('it stays open %j', (scenario) => {
  expectBreaks(check(resends(scenario)), /RESURRECT/);
});
