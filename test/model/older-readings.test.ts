import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, olderReadings, type Rules, type Scenario } from './older-readings.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const scenarios = {
  'an item that is there': { processes: [1, 2, 2], stored: 'old', writes: 1 },
  'two writes each': { processes: [1, 2], stored: 'other', writes: 2 },
  'an item that is created': { processes: [1, 2], writes: 2 },
  'a key that another item has': { processes: [1, 2], stored: 'other', taken: true, writes: 2 },
  'version 1 is dropped': { processes: [1, 2], stored: 'old', writes: 2, drops: true },
} satisfies Record<string, Scenario>;

type Name = keyof typeof scenarios;

describe('A value is added under a key path: no backfill, no drain, and the path stays promoted', () => {
  test.each(Object.keys(scenarios) as Name[])('%s [KEY-VIEW] [LAYOUT]', (name) => {
    expectHolds(check(olderReadings(scenarios[name])));
  });
});

const needed: [off: keyof Rules, where: Name, broken: RegExp][] = [
  ['rowForOlder', 'an item that is there', /KEY-VIEW: version 1 reads old, and does not find the item there/],
  ['onlyWhereItDiffers', 'an item that is there', /LAYOUT: two rows at one key/],
  ['takesOwnKeyOnly', 'an item that is there', /KEY-VIEW: version 2 reads new, and finds the item under old/],
  ['staysOpen', 'a key that another item has', /CHOICE: version [12] is refused/],
  ['untilDropped', 'version 1 is dropped', /KEY-VIEW: version 1 reads old, and does not find/],
];

test.each(needed)('without the rule %s, %s is broken', (off, where, broken) => {
  expectBreaks(check(olderReadings(scenarios[where], { ...allRules, [off]: false })), broken);
});

test('a create of a process that slept needs no guard for it: it cannot have a value that it does not know', () => {
  expectHolds(check(olderReadings(scenarios['an item that is created'], { ...allRules, createIsGuarded: false })));
});
