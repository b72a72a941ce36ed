import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, restored, type Rules } from './restored.js';
import { expectBreaks, expectHolds } from './verdicts.js';

describe.each([
  ['an item that is there', true],
  ['an item that is created', false],
] as const)('A table is restored from an older backup: %s', (_, isThere) => {
  test('no stamp is taken for one of another past, and nobody writes who knows another past [STAMP-MONOTONE] [NO-SURPRISE]', () => {
    expectHolds(check(restored({ isThere })));
  });

  test('processes that were not stopped find out by the doctor’s epoch; from then on they write nothing [NO-SURPRISE]', () => {
    const rules = { ...allRules, writersAreStopped: false };
    expectHolds(check(restored({ isThere, untilTheDoctorCame: 'ignored' }, rules)));
    expectHolds(check(restored({ isThere, untilTheDoctorCame: 'ignored', createGuard: 'age' }, rules)));
  });
});

const needed: [off: Partial<Rules>, isThere: boolean, breaks: RegExp][] = [
  [{ doctorComesFirst: false }, true, /MISREAD/],
  [{ aboveEveryStamp: false }, true, /BACK/],
  [{ itemsAreBrought: false }, true, /MISREAD/],
];

test.each(needed)('with %j it is broken: item there %s, %s', (off, isThere, breaks) => {
  expectBreaks(check(restored({ isThere }, { ...allRules, ...off })), breaks);
});

describe('What remains possible where processes of before are not stopped', () => {
  const rules = { ...allRules, writersAreStopped: false };

  test.each([true, false])(
    'until the doctor has come by, one that reads nothing newer writes on (item there: %s)',
    (isThere) => {
      expectBreaks(check(restored({ isThere }, rules)), /PAST/);
    },
  );

  test('without the doctor’s work on every item it writes on for ever', () => {
    const left = { ...rules, itemsAreBrought: false };
    expectBreaks(check(restored({ isThere: true, untilTheDoctorCame: 'ignored' }, left)), /PAST|MISREAD/);
  });

  test.each([true, false])(
    'without a new id of the registry it may know an epoch as high as the doctor’s (item there: %s)',
    (isThere) => {
      const left = { ...rules, newRegistryId: false };
      expectBreaks(check(restored({ isThere, untilTheDoctorCame: 'ignored' }, left)), /PAST/);
    },
  );

  test('and one that is young enough creates on, where the doctor does not wait and creates check no fence', () => {
    const left = { ...rules, doctorDrains: false };
    const scenario = { isThere: false, untilTheDoctorCame: 'ignored', createGuard: 'age' } as const;
    expectBreaks(check(restored(scenario, left)), /PAST/);
  });

  test('nor does it find out where a refresh takes any log for the one that it knew', () => {
    const left = { ...rules, headIsCompared: false };
    expectBreaks(check(restored({ isThere: true, untilTheDoctorCame: 'ignored' }, left)), /PAST|MISREAD/);
  });
});
