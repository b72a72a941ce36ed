import { expect, jest } from '@jest/globals';
import type { Verdict } from './checker.js';

/** `MODEL_TRACE=1` prints the trace of every violation that was looked for, and how many states each model has. */
const SHOWN = process.env['MODEL_TRACE'] === '1';

// The work is a number of states, and takes as long as a busy machine lets it.
jest.setTimeout(300_000);

/** The model was looked at in full, and nothing that must hold was broken. */
export function expectHolds(verdict: Verdict): void {
  show(verdict);
  // The trace is what a reader of the failure needs.
  expect(verdict.violation).toBeUndefined();
  expect(verdict.states).toBeGreaterThan(1);
}

/** Something that must hold was broken, and it was this. */
export function expectBreaks(verdict: Verdict, problem: RegExp): void {
  show(verdict);
  expect(verdict.violation ?? `nothing is broken in ${verdict.states} states`).toMatchObject({
    problem: expect.stringMatching(problem) as unknown,
  });
}

function show({ states, violation }: Verdict): void {
  if (!SHOWN) return;
  const lines =
    violation === undefined ? ['  holds'] : [`  ${violation.problem}`, ...violation.trace.map((l) => `    ${l}`)];
  const name = expect.getState().currentTestName ?? '';
  process.stderr.write(`${[`${name} (${states} states)`, ...lines].join('\n')}\n`);
}
