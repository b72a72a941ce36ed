import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, DROPPED, DROPPING, droppedPaths, FLOOR, type Rules } from './dropped-paths.js';
import { expectBreaks, expectHolds } from './verdicts.js';

describe.each([0, 1] as const)(
  'Nobody is given half a list of a path that is dropped, with dates wrong by %d',
  (wrongDates) => {
    test('readers are refused from dropping on, and a drain later its rows are no longer written [COMPLETE]', () => {
      expectHolds(check(droppedPaths({ wrongDates })));
      expectHolds(check(droppedPaths({ wrongDates, isThere: false })));
    });

    test('or readers are refused from the floor on, and the rows are not written from dropping on [COMPLETE]', () => {
      const rules: Rules = { ...allRules, readersRefusedFrom: FLOOR, demandedBefore: DROPPING };
      expectHolds(check(droppedPaths({ wrongDates }, rules)));
    });
  },
);

const needed: [off: Partial<Rules>, wrongDates: 0 | 1][] = [
  [{ ageAfterRead: false }, 0],
  [{ everyPage: false }, 0],
  [{ drain: false }, 0],
  [{ drainAllowsForDates: false }, 1],
  [{ readersRefusedFrom: DROPPING, demandedBefore: DROPPING }, 0],
];

test.each(needed)('with %j, and dates wrong by %d, a list misses an item [COMPLETE]', (off, wrongDates) => {
  expectBreaks(check(droppedPaths({ wrongDates }, { ...allRules, ...off })), /INCOMPLETE/);
});

test('nor may the rows go at once where nobody has written yet: somebody may before readers hear of it [COMPLETE]', () => {
  const rules: Rules = { ...allRules, readersRefusedFrom: DROPPING, demandedBefore: DROPPING };
  expectBreaks(check(droppedPaths({ wrongDates: 0, isThere: false }, rules)), /INCOMPLETE/);
});

test('and both together are more than is needed [COMPLETE]', () => {
  expectHolds(
    check(droppedPaths({ wrongDates: 0 }, { ...allRules, readersRefusedFrom: FLOOR, demandedBefore: DROPPED })),
  );
});
