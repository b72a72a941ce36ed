import { expect, test } from '@jest/globals';
import { check } from './checker.js';
import { allRules, sweeps } from './sweeps.js';
import { expectBreaks, expectHolds } from './verdicts.js';

test('no row of a path that was taken away is left, whoever slept [NO-RESURRECT]', () => {
  expectHolds(check(sweeps()));
});

test('a sweep that passes over what needs nothing lets a sleeper bring a row back [NO-RESURRECT]', () => {
  const verdict = check(sweeps({ ...allRules, stampsEveryItem: false }));
  expectBreaks(verdict, /LEFT/);
  expect(verdict.violation!.trace.at(-1)).toBe('worker: puts the row, at epoch 1');
});

test('who deletes only the rows that it knows of leaves one of a path that was taken away [LAYOUT]', () => {
  expectBreaks(check(sweeps({ ...allRules, manifest: false })), /ORPHAN/);
});
