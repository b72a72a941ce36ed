import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, type Rules, type Scenario, tokens } from './tokens.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'two saves': { writers: [[{ save: 1 }], [{ save: 0 }]], sweepers: 2 },
  'a delete and a save': { writers: [['delete'], [{ save: 0 }]], sweepers: 2 },
  'two writers of everything': {
    writers: [
      [{ save: 1 }, 'delete'],
      [{ save: 0 }, { save: 1 }],
    ],
    sweepers: 2,
  },
  'a delete and a create, and two saves': {
    writers: [['delete', { save: 1 }], [{ save: 0 }], [{ save: 1 }]],
    sweepers: 2,
  },
  'a repair at an unchanged stamp': { writers: [[{ save: 1 }, 'delete'], [{ save: 0 }]], repair: true },
  'a save of what was loaded through a copy': { writers: [[{ save: 1, throughCopy: true }], [{ save: 0 }]] },
} satisfies Record<string, Scenario>;

type Name = keyof typeof scenarios;

describe('Two tokens tell users from background work', () => {
  test.each(Object.keys(scenarios) as Name[])('%s [LAYOUT] [ONCE]', (name) => {
    expectHolds(check(tokens(scenarios[name])));
  });
});

const needed: [off: keyof Rules, where: Name, breaks: RegExp][] = [
  ['backgroundKeepsRevision', 'two saves', /SPURIOUS/],
  ['backgroundKeepsRevision', 'a delete and a save', /SPURIOUS/],
  ['backgroundKeepsRevision', 'two writers of everything', /SPURIOUS/],
  ['backgroundKeepsRevision', 'a delete and a create, and two saves', /SPURIOUS/],
  ['layoutCondition', 'two saves', /EXTRA/],
  ['layoutCondition', 'a delete and a save', /ORPHAN/],
  ['layoutCondition', 'two writers of everything', /EXTRA/],
  ['layoutCondition', 'a delete and a create, and two saves', /ORPHAN/],
  ['layoutIsNotStamp', 'a repair at an unchanged stamp', /EXTRA/],
  ['copyReadsPrimaryFirst', 'a save of what was loaded through a copy', /EXTRA/],
];

test.each(needed)('without the rule %s, %s is broken by %s', (off, where, breaks) => {
  expectBreaks(check(tokens(scenarios[where], { ...allRules, [off]: false })), breaks);
});

test('a stamp would do for a layout token where nothing writes at an unchanged stamp', () => {
  expectHolds(check(tokens(scenarios['two writers of everything'], { ...allRules, layoutIsNotStamp: false })));
});
