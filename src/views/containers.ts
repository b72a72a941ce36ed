import { describe } from '../fields/kinds.js';
import { DEEPEST, tooDeep } from '../fields/scalars/json.js';
import type { Problem } from './problem.js';

/**
 * Checks the content of a container, unless the container lies in itself or deeper than DynamoDB stores: then that is
 * the problem, and the walk ends.
 */
export function checkContent(
  container: object,
  path: string,
  ancestors: object[],
  problems: Problem[],
  check: () => void,
): void {
  if (ancestors.includes(container)) {
    problems.push({ code: 'range', path, message: 'must not refer back to what it lies in' });
  } else if (ancestors.length >= DEEPEST) {
    problems.push({ code: tooDeep.code, path, message: tooDeep.message });
  } else {
    ancestors.push(container);
    check();
    ancestors.pop();
  }
}

/** What stands in an array or a map where a value must be: there are no optional ones. */
export function isMissing(value: unknown, path: string, problems: Problem[]): boolean {
  if (value !== undefined && value !== null) return false;
  problems.push({ code: 'required', path, message: `must be there, got ${describe(value)}` });
  return true;
}
