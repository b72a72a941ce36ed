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
  'a conflict of before, whose owner goes': {
    writers: [[{ save: 1 }, { save: 1 }], [{ delete: 0 }]],
    existing: [0, 0],
    otherCalls: true,
    untried: true,
  },
  'a conflict of before, whose owner moves as the other comes back': {
    writers: [[{ save: 1 }, { put: 1, key: 1 }, { put: 1, key: 0 }], [{ put: 0, key: 1 }]],
    existing: [0, 0],
    otherCalls: true,
    untried: true,
  },
  'three items at one key': {
    writers: [[{ save: 1 }], [{ delete: 0 }], [{ save: 2 }]],
    existing: [0, 0, 0],
    untried: true,
  },
  'an item with an open entry that is deleted and created again': {
    writers: [
      [{ delete: 1 }, { put: 1, key: 0 }],
      [{ save: 1 }, { delete: 0 }],
    ],
    existing: [0, 0],
    otherCalls: true,
    untried: true,
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

/** Items that meet at the default of older readers, on a path that is promoted. */
const defaults = {
  'a value that is equal to the default': [[{ put: 1, key: 0 }]],
  'the owner of the row goes': [[{ delete: 0 }], [{ save: 1 }, { save: 1 }]],
  'the owner is saved': [[{ save: 0 }], [{ save: 1 }]],
  'an item gets a value and the owner goes': [
    [
      { put: 1, key: 1 },
      { put: 1, key: 0 },
    ],
    [{ delete: 0 }],
    [{ save: 1 }],
  ],
} as const satisfies Record<string, Scenario['writers']>;

const atDefault = (name: keyof typeof defaults): Scenario => ({
  writers: defaults[name],
  existing: [0, 0],
  writersKnow: EXPAND,
  olderDefault: true,
  untried: true,
});

test.each(Object.keys(defaults) as (keyof typeof defaults)[])(
  'Items that meet at the default of older readers: %s [LAYOUT] [COMPLETE]',
  (name) => {
    expectHolds(check(uniqueness(atDefault(name))));
  },
);

const needed: [off: keyof Rules, where: Name, breaks: RegExp, knows: Scenario['writersKnow']][] = [
  ['strict', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['drainBeforeVerify', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['openingIsGuarded', 'an update onto a taken key', /INCOMPLETE/, EXPAND],
  ['openingIsGuarded', 'a conflict of before, whose owner moves as the other comes back', /INCOMPLETE/, EXPAND],
  ['drainBeforeSweep', 'a create onto a taken key', /INCOMPLETE/, UNKNOWN],
  ['openIsCarried', 'a save of an item whose conflict is older', /FALSE CONFLICT/, EXPAND],
  ['untriedOnlyInExpand', 'a conflict of before, whose owner moves as the other comes back', /INCOMPLETE/, EXPAND],
  ['rowIsKept', 'a conflict of before, whose owner goes', /GIVEN UP/, EXPAND],
  ['verifyGoesOn', 'a conflict of before, whose owner goes', /LEFT OPEN/, EXPAND],
  ['primaryIsJudgedFirst', 'a save of an item whose conflict is older', /FALSE CONFLICT/, EXPAND],
];

test.each(needed)('without the rule %s, %s is broken by %s', (off, where, breaks, writersKnow) => {
  // The second drain would wait for the creates too that the first one did not.
  const rules = { ...allRules, [off]: false, ...(off === 'drainBeforeSweep' ? { drainBeforeVerify: false } : {}) };
  expectBreaks(check(uniqueness({ ...scenarios[where], writersKnow }, rules)), breaks);
});

const neededAtDefault: [off: keyof Rules, where: keyof typeof defaults, breaks: RegExp][] = [
  ['valueIsTried', 'a value that is equal to the default', /INCOMPLETE/],
  ['takenIsTriedAgain', 'the owner of the row goes', /UNFOUND/],
  ['rowIsKept', 'the owner is saved', /GIVEN UP/],
];

test.each(neededAtDefault)('without the rule %s, at a default: %s is broken by %s', (off, where, breaks) => {
  expectBreaks(check(uniqueness(atDefault(where), { ...allRules, [off]: false })), breaks);
});
