import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, expansion, type Rules, type Scenario } from './expansion.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'an update of an item that is there': { writers: [[{ put: 1 }], [{ put: 0 }]], existing: 0 },
  'a delete': { writers: [['delete']], existing: 0 },
  'a create': { writers: [[{ put: 0 }]] },
  'a delete and a create': { writers: [['delete', { put: 1 }]], existing: 0 },
  'two writers of everything': {
    writers: [
      [{ put: 1 }, 'delete'],
      [{ put: 0 }, { put: 1 }],
    ],
    existing: 0,
  },
  'three writers': { writers: [['delete', { put: 1 }], [{ put: 0 }], [{ put: 1 }]], existing: 0 },
} satisfies Record<string, Scenario>;

type Name = keyof typeof scenarios;
const names = Object.keys(scenarios) as Name[];

describe('A key path is added while old processes write', () => {
  test.each(names)('nothing is missing, stale or left behind: %s [LAYOUT] [COMPLETE]', (name) => {
    expectHolds(check(expansion(scenarios[name])));
  });

  test.each(names)('two sweepers do no harm to each other: %s [LAYOUT]', (name) => {
    expectHolds(check(expansion({ ...scenarios[name], sweepers: 2 })));
  });

  test.each(names)('commits that scans see row by row: %s [COMPLETE]', (name) => {
    expectHolds(check(expansion({ ...scenarios[name], visibleRowByRow: true })));
  });
});

/** The rules that are off, where, and what is broken then. */
const needed: [off: (keyof Rules)[], where: Name, breaks: RegExp, how?: Partial<Scenario>][] = [
  [['manifest', 'stamp', 'fence', 'conditionalSweep'], 'a delete', /ORPHAN/],
  [['conditionalSweep'], 'a delete', /ORPHAN/],
  [['conditionalSweep'], 'an update of an item that is there', /MISSING|STALE|EXTRA/],
  [['stamp'], 'an update of an item that is there', /MISSING/],
  [['manifest', 'stamp'], 'a delete', /ORPHAN/],
  [['fence'], 'a create', /MISSING/],
  [['fence'], 'a delete and a create', /MISSING/],
  [['sweepMovesToken', 'uniqueTokens'], 'an update of an item that is there', /MISSING/],
  [['sweepMovesToken', 'uniqueTokens'], 'a delete', /ORPHAN/],
  [['uniqueTokens'], 'a delete and a create', /EXTRA/],
  [['drain'], 'a create', /MISSING/, { visibleRowByRow: true }],
  [['drain'], 'a create', /MISSING/, { visibleRowByRow: true, sweepsTwice: true }],
];

test.each(needed)('without %j, %s is broken by %s', (off, where, breaks, how = {}) => {
  const rules = { ...allRules, ...Object.fromEntries(off.map((rule) => [rule, false])) };
  expectBreaks(check(expansion({ ...scenarios[where], ...how }, rules)), breaks);
});

test.each(names)(
  'as long as no path is taken away, who knows the newest epoch needs no manifest (see sweeps): %s',
  (name) => {
    expectHolds(check(expansion(scenarios[name], { ...allRules, manifest: false })));
  },
);
