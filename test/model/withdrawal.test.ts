import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { expectBreaks, expectHolds } from './verdicts.js';
import { type Actor, allRules, type Rules, withdrawal } from './withdrawal.js';

const everybody: Actor[] = ['withdraws a', 'withdraws a', 'publishes b', 'application at a', 'application at b'];

describe('A withdrawal races with the first process that would write', () => {
  test('no version is both withdrawn and active, and none that was withdrawn writes [FENCE]', () => {
    expectHolds(check(withdrawal(everybody)));
  });

  test('and one version may write, whoever retires the other', () => {
    expectHolds(check(withdrawal(['withdraws a', 'retires 1', 'publishes b', 'application at a'])));
  });

  test('nor with two applications at each content [FENCE]', () => {
    expectHolds(
      check(withdrawal(['withdraws a', 'publishes b', 'application at a', 'application at a', 'application at b'])),
    );
  });
});

const needed: [off: keyof Rules, breaks: RegExp][] = [
  ['onePlace', /FENCE|TAKEN/],
  ['loserDecidesAnew', /BOTH/],
  ['activeBeforeWrite', /FENCE/],
  ['contentIsCheckedAgain', /FENCE/],
  ['activeIsKept', /BOTH/],
  ['withdrawalNamesContent', /WRONG/],
];

test('without the rule oneMayWrite both versions can be gone', () => {
  const rules = { ...allRules, oneMayWrite: false };
  expectBreaks(check(withdrawal(['withdraws a', 'retires 1'], rules)), /NOBODY/);
});

test.each(needed)('without the rule %s it is broken by %s', (off, breaks) => {
  expectBreaks(check(withdrawal(everybody, { ...allRules, [off]: false })), breaks);
});
