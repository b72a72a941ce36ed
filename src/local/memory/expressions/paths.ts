import { invalid } from '../errors.js';
import type { AttributeMap, AttributeValue } from '../values.js';
import type { Placeholders } from './placeholders.js';
import type { ExpressionKind, Path, Step } from './syntax.js';

/** The value at a path of a row, or undefined where there is none. */
export function valueAt(row: AttributeMap, path: Path, placeholders: Placeholders): AttributeValue | undefined {
  const first = placeholders.step(path.steps[0]!) as string;
  let value: AttributeValue | undefined = Object.hasOwn(row, first) ? row[first] : undefined;
  for (let depth = 1; depth < path.steps.length && value !== undefined; depth++) {
    value = within(value, placeholders.step(path.steps[depth]!));
  }
  return value;
}

function within(value: AttributeValue, step: Step): AttributeValue | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
}

/** `[a, b, [3]]`, as DynamoDB's messages have it. */
export const printSteps = (steps: readonly Step[]): string =>
  `[${steps.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

/** @throws MemoryDynamoError where one path leads through another, or they take one value for a list and a map */
export function assertApart(kind: ExpressionKind, paths: readonly (readonly Step[])[]): void {
  for (let later = 1; later < paths.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) assertPairApart(kind, paths[earlier]!, paths[later]!);
  }
}

function assertPairApart(kind: ExpressionKind, one: readonly Step[], two: readonly Step[]): void {
  let common = 0;
  while (common < one.length && common < two.length && one[common] === two[common]) common++;
  const pair = `path one: ${printSteps(one)}, path two: ${printSteps(two)}`;
  if (common === one.length || common === two.length) {
    throw invalid(
      `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; ${pair}`,
    );
  }
  if (typeof one[common] !== typeof two[common]) {
    throw invalid(
      `Invalid ${kind}: Two document paths conflict with each other; must remove or rewrite one of these paths; ${pair}`,
    );
  }
}
