import { describe, test } from '@jest/globals';
import { check } from './checker.js';
import { type Actor, allRules, type Rules, type Scenario, undo } from './undo.js';
import { expectBreaks, expectHolds } from './verdicts.js';

const of = (actors: Actor[], isThere: boolean, writes = 1): Scenario => ({ actors, isThere, writes });

const scenarios: [what: string, scenario: Scenario][] = [
  ['an item that is there', of(['retires and drops', 'undoes', 'application'], true, 2)],
  ['an item that is not there', of(['retires and drops', 'undoes', 'application', 'application'], false)],
  ['two who retire', of(['retires and drops', 'retires and drops', 'undoes', 'application'], true)],
  ['two who retire, and creates', of(['retires and drops', 'retires and drops', 'undoes', 'application'], false)],
  ['one who retires, and one who drops too', of(['retires', 'retires and drops', 'undoes', 'application'], true)],
  ['two who undo', of(['retires and drops', 'undoes', 'undoes', 'application'], true)],
];

describe('A retirement is undone until it is dropping', () => {
  test.each(scenarios)('%s [FENCE]', (_, scenario) => {
    expectHolds(check(undo(scenario)));
  });
});

const needed: [off: keyof Rules, scenario: Scenario, breaks: RegExp][] = [
  ['onePlace', of(['retires and drops', 'undoes', 'application'], true), /DROPPED|UNDONE|FENCE/],
  ['loserDecidesAnew', of(['retires and drops', 'undoes', 'application'], true), /DROPPED|UNDONE/],
  ['undoUntilDropping', of(['retires and drops', 'undoes', 'application'], true), /UNDONE/],
  ['sweptNamesFloor', of(['retires and drops', 'retires and drops', 'undoes', 'application'], true), /FENCE/],
  ['doneWhenSwept', of(['retires', 'retires and drops', 'undoes', 'application'], true), /FENCE/],
  ['droppingNeedsSwept', of(['retires and drops', 'undoes', 'application'], true), /FENCE/],
];

test.each(needed)('without the rule %s it is broken', (off, scenario, breaks) => {
  expectBreaks(check(undo(scenario, { ...allRules, [off]: false })), breaks);
});
