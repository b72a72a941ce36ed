import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, outcomes, type Rules, type Scenario } from './outcomes.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'two updates': { calls: ['update', 'update'], window: 1, attempts: 2 },
  'two updates, one of them unlucky for long': { calls: ['update', 'update'], window: 1, attempts: 3, unlucky: [0] },
  'three updates': { calls: ['update', 'update', 'update'], window: 2, attempts: 2, unlucky: [0] },
  'more updates than the row remembers': {
    calls: ['update', 'update', 'update'],
    window: 1,
    attempts: 2,
    unlucky: [0],
  },
  'two saves': { calls: ['save', 'save'], window: 1, attempts: 2 },
  'a save and a delete': { calls: ['save', 'delete'], window: 1, attempts: 2 },
  'two saves, which read in doubt': { calls: ['save', 'save'], window: 1, attempts: 2, reads: true },
  'two updates, which read in doubt': {
    calls: ['update', 'update'],
    window: 1,
    attempts: 3,
    unlucky: [0],
    reads: true,
  },
  'a create and a delete': { calls: ['create', 'delete'], window: 1, attempts: 2 },
  'a create, an update and a delete': { calls: ['create', 'update', 'delete'], window: 2, attempts: 2 },
  'a delete and a create': { calls: ['delete', 'create'], window: 2, attempts: 3 },
} satisfies Record<string, Scenario>;

type Name = keyof typeof scenarios;

describe('What a call reports is true, whatever replies are lost', () => {
  test.each(Object.keys(scenarios) as Name[])('%s [ONCE]', (name) => {
    expectHolds(check(outcomes(scenarios[name])));
  });
});

const needed: [off: keyof Rules, where: Name, breaks: RegExp][] = [
  ['ancestorsTell', 'two updates, one of them unlucky for long', /TWICE/],
  ['ancestorsTell', 'two saves', /LIE/],
  ['incarnationTells', 'a delete and a create', /TWICE|LIE/],
  ['incarnationTells', 'a save and a delete', /LIE/],
  ['createIsSentOnce', 'a create and a delete', /TWICE/],
  ['attemptsStayOpen', 'two saves, which read in doubt', /LIE/],
  ['attemptsStayOpen', 'two updates, which read in doubt', /TWICE/],
];

test.each(needed)('without the rule %s, %s is broken by %s', (off, where, breaks) => {
  expectBreaks(check(outcomes(scenarios[where], { ...allRules, [off]: false })), breaks);
});
