import { describe, test } from '@jest/globals';
import { checkEnds, type Step } from './checker.js';
import * as expansion from './expansion.js';
import * as expiry from './expiry.js';
import * as outcomes from './outcomes.js';
import * as republication from './republication.js';
import * as restored from './restored.js';
import * as retirement from './retirement.js';
import * as sweeps from './sweeps.js';
import * as tokens from './tokens.js';
import * as undo from './undo.js';
import * as uniqueness from './uniqueness.js';
import { expectBreaks, expectHolds } from './verdicts.js';
import * as withdrawal from './withdrawal.js';

const expanded: expansion.Scenario[] = [
  { writers: [['delete', { put: 1 }], [{ put: 0 }]], existing: 0, sweepers: 2 },
  { writers: [[{ put: 1 }, 'delete'], [{ put: 0 }]], existing: 0, visibleRowByRow: true },
];

const saved: tokens.Scenario[] = [
  { writers: [[{ save: 1 }, 'delete'], [{ save: 0 }]], sweepers: 2 },
  { writers: [[{ save: 1 }, 'delete'], [{ save: 0 }]], repair: true },
];

const unique: uniqueness.Scenario[] = [
  {
    writers: [
      [{ delete: 0 }, { put: 0, key: 1 }],
      [
        { put: 1, key: 1 },
        { put: 1, key: 0 },
      ],
    ],
    existing: [0, 1],
    writersKnow: uniqueness.UNKNOWN,
  },
  {
    writers: [[{ put: 0, key: 0 }], [{ put: 1, key: 0 }]],
    existing: [0, 0],
    writersKnow: uniqueness.EXPAND,
    otherCalls: true,
  },
  {
    writers: [[{ save: 1 }, { save: 1 }], [{ delete: 0 }]],
    existing: [0, 0],
    writersKnow: uniqueness.EXPAND,
    untried: true,
  },
  {
    writers: [[{ delete: 0 }], [{ save: 1 }, { save: 1 }]],
    existing: [0, 0],
    writersKnow: uniqueness.EXPAND,
    olderDefault: true,
    untried: true,
  },
];

const unanswered: outcomes.Scenario[] = [
  { calls: ['save', 'delete'], window: 1, attempts: 2 },
  { calls: ['update', 'update'], window: 1, attempts: 2, reads: true },
  { calls: ['delete', 'create'], window: 2, attempts: 3 },
];

const retired: retirement.Scenario[] = [
  { calls: ['put', 'put', 'delete'], isThere: true },
  { calls: ['put', 'put'], isThere: false },
];

const actors: withdrawal.Actor[] = ['withdraws a', 'publishes b', 'application at a', 'application at b'];

const undone: undo.Scenario[] = [
  { actors: ['retires', 'retires and drops', 'undoes', 'application'], isThere: true, writes: 1 },
  { actors: ['retires and drops', 'undoes', 'application'], isThere: false, writes: 2 },
];

/** Rows that another process's transaction holds, which was decided: it needs nobody to end. */
const waitsForLock = ({ does }: Step<unknown>): boolean => does.endsWith('TransactionConflict');

describe('Every call that was started ends, and nobody goes round in a circle alone', () => {
  test.each(expanded)('while a key path is added: %j', (scenario) => {
    const over = (state: expansion.State): boolean => expansion.isOver(state, scenario);
    expectHolds(checkEnds(expansion.expansion(scenario), over, waitsForLock));
  });

  test.each(saved)('while background work moves the layout: %j', (scenario) => {
    expectHolds(checkEnds(tokens.tokens(scenario), (state) => tokens.isOver(state, scenario)));
  });

  test.each(unique)('where keys are taken: %j', (scenario) => {
    // The operator may wait for ever for a conflict that no user resolves.
    expectHolds(checkEnds(uniqueness.uniqueness(scenario), (state) => uniqueness.callsAreOver(state, scenario)));
  });

  test('where the owner of a key goes: verify closes what it leaves open, whoever writes that meanwhile', () => {
    const scenario: uniqueness.Scenario = {
      writers: [[{ save: 1 }, { save: 1 }], [{ delete: 0 }]],
      existing: [0, 0],
      writersKnow: uniqueness.EXPAND,
      otherCalls: true,
    };
    const over = (state: uniqueness.State): boolean => state.registry === uniqueness.PROMOTED;
    expectHolds(checkEnds(uniqueness.uniqueness(scenario), over));
  });

  test.each(unanswered)('where replies are lost: %j', (scenario) => {
    expectHolds(checkEnds(outcomes.outcomes(scenario), outcomes.isOver));
  });

  test.each(retired)('while its version is retired: %j', (scenario) => {
    expectHolds(checkEnds(retirement.retirement(scenario), retirement.isOver));
  });

  test('while its version is withdrawn', () => {
    expectHolds(checkEnds(withdrawal.withdrawal(actors), withdrawal.isOver));
  });

  test.each(undone)('while a retirement is undone: %j', (scenario) => {
    expectHolds(checkEnds(undo.undo(scenario), undo.isOver));
  });

  test('while a content is published under a withdrawn number', () => {
    expectHolds(checkEnds(republication.republication(1), republication.isOver));
  });

  test('while a path is taken away', () => {
    expectHolds(checkEnds(sweeps.sweeps(), sweeps.isOver));
  });

  test('while items expire', () => {
    expectHolds(checkEnds(expiry.expiry(['create y', 'recreate x', 'extend x']), expiry.isOver));
  });

  test.each([true, false])(
    'while the table is restored, whether or not writers are stopped: %s',
    (writersAreStopped) => {
      const rules = { ...restored.allRules, writersAreStopped };
      expectHolds(checkEnds(restored.restored({ isThere: true }, rules), restored.isOver));
    },
  );

  test('and where the table is restored and no doctor comes', () => {
    const rules = { ...restored.allRules, writersAreStopped: false, doctorComesFirst: false };
    expectHolds(checkEnds(restored.restored({ isThere: true }, rules), restored.isOver));
  });
});

describe('A circle is found', () => {
  test('where a save goes on from the row as it was seen', () => {
    const scenario = saved[0]!;
    const model = tokens.tokens(scenario, { ...tokens.allRules, goesOnFromRowOfNow: false });
    expectBreaks(
      checkEnds(model, (state) => tokens.isOver(state, scenario)),
      /ENDLESS/,
    );
  });

  test('where the loser of a place in the log decides by what it knew before', () => {
    const model = withdrawal.withdrawal(actors, { ...withdrawal.allRules, loserReadsLog: false });
    expectBreaks(checkEnds(model, withdrawal.isOver), /ENDLESS/);
  });

  test('where a stamp above the head is answered by another refresh', () => {
    const rules = { ...restored.allRules, doctorComesFirst: false, stampAboveHeadIsAnError: false };
    expectBreaks(checkEnds(restored.restored({ isThere: true }, rules), restored.isOver), /ENDLESS/);
  });
});
