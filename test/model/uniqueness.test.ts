import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, EXPAND, type Rules, type Scenario, uniqueness, UNKNOWN } from './uniqueness.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'an update onto a taken key': {
    writers: [[{ put: 1, key: 0 }], [{ put: 1, key: 1 }]],
    existing: [0, 1],
  },
  'a create onto a taken key': {
    writers: [[{ put: 1, key: 0 }], [{ put: 0, key: 1 }]],
    existing: [0, null],
  },
  'a conflict of before, and both items move': {
    writers: [
      [
        { put: 0, key: 1 },
        { put: 0, key: 0 },
      ],
      [{ put: 1, key: 0 }],
    ],
    existing: [0, 0],
  },
  'a delete and a create': {
    writers: [
      [{ delete: 0 }, { put: 0, key: 1 }],
      [
        { put: 1, key: 1 },
        { put: 1, key: 0 },
      ],
    ],
    existing: [0, 1],
  },
  'three writers': {
    writers: [[{ put: 0, key: 1 }], [{ put: 1, key: 0 }], [{ delete: 0 }, { put: 0, key: 0 }]],
    existing: [0, 1],
  },
  'a save of an item whose conflict is older': {
    writers: [[{ put: 0, key: 0 }], [{ put: 1, key: 0 }]],
    existing: [0, 0],
    otherCalls: true,
  },
} as const satisfies Record<string, Omit<Scenario, 'writersKnow'>>;

type Name = keyof typeof scenarios;

describe.each([
  ['who know nothing of the path', UNKNOWN],
  ['who know that it expands', EXPAND],
] as const)('Unique key paths, with writers %s', (_, writersKnow) => {
  test.each(Object.keys(scenarios) as Name[])('%s [LAYOUT] [COMPLETE]', (name) => {
    expectHolds(check(uniqueness({ ...scenarios[name], writersKnow })));
  });
});

const needed: [off: keyof Rules, where: Name, breaks: RegExp, knows: Scenario['writersKnow']][] = [
  ['strict', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['drainBeforeVerify', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['openingIsGuarded', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['drainBeforeSweep', 'a create onto a taken key', /INCOMPLETE/, UNKNOWN],
  ['openIsCarried', 'a save of an item whose conflict is older', /FALSE CONFLICT/, EXPAND],
  ['primaryIsJudgedFirst', 'a save of an item whose conflict is older', /FALSE CONFLICT/, EXPAND],
];

test.each(needed)('without the rule %s, %s is broken by %s', (off, where, breaks, writersKnow) => {
  // The second drain would wait for the creates too that the first one did not.
  const rules = { ...allRules, [off]: false, ...(off === 'drainBeforeSweep' ? { drainBeforeVerify: false } : {}) };
  expectBreaks(check(uniqueness({ ...scenarios[where], writersKnow }, rules)), breaks);
});
