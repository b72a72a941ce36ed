import { test } from '@jest/globals';
import { check } from './checker.js';
import { expectBreaks, expectHolds } from './verdicts.js';
import { allRules, republication, type Rules } from './republication.js';

test.each([1, 2])(
  'the rows of a withdrawn content are not taken for those of the next, with %d writers [LAYOUT] [COMPLETE]',
  (writers) => {
    expectHolds(check(republication(writers)));
  },
);

const needed: [off: keyof Rules, breaks: RegExp][] = [
  ['sweepGoesByStamp', /INCOMPLETE/],
  ['stateIsForgotten', /INCOMPLETE/],
  ['manifest', /EXTRA/],
];

test.each(needed)('without the rule %s it is broken by %s', (off, breaks) => {
  expectBreaks(check(republication(1, { ...allRules, [off]: false })), breaks);
});
