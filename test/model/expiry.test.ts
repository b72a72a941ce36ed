import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, type Call, expiry, type Rules } from './expiry.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios: Call[][] = [
  ['create y', 'recreate x'],
  ['create y', 'extend x'],
  ['create y', 'recreate x', 'extend x'],
];

describe('Others take the place of an item that has expired', () => {
  test.each(scenarios.map((calls) => [calls]))('%j [LAYOUT] [NO-LOSS]', (calls) => {
    expectHolds(check(expiry(calls)));
  });

  test.each(scenarios.map((calls) => [calls]))('%j, where only the row is taken, on its own expiry', (calls) => {
    expectHolds(check(expiry(calls, { ...allRules, deletesWhole: false })));
  });
});

const needed: [off: (keyof Rules)[], calls: Call[], breaks: RegExp][] = [
  [['deletesOwnRowsOnly'], ['create y', 'recreate x'], /MISSING: y/],
  [['deletesOwnRowsOnly', 'deletesWhole'], ['create y', 'recreate x'], /MISSING: y/],
  [['deletesOwnRowsOnly', 'deletesWhole'], ['create y', 'recreate x', 'extend x'], /MISSING: y/],
  [['deletesWhatWasSeen'], ['create y', 'extend x'], /LOST/],
];

test.each(needed)('without %j, %j is broken by %s', (off, calls, breaks) => {
  expectBreaks(check(expiry(calls, { ...allRules, ...Object.fromEntries(off.map((rule) => [rule, false])) })), breaks);
});
