import { acceptValue } from '../accept.js';
import { invalid } from '../errors.js';
import type { AttributeValue } from '../values.js';
import { isReserved } from './reserved-words.js';
import type { Parsed, Path, Step } from './syntax.js';

/** The members of a request that give `#names` and `:values` their meaning. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What `#names` and `:values` mean in the expressions of one request.
 *
 * @param expressions all that were given, by which DynamoDB tells a value that nothing uses
 */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;

  constructor(input: PlaceholderInput, expressions: readonly (Parsed<unknown> | undefined)[], absent: string) {
    const given = expressions.filter((expression) => expression !== undefined);
    this.#names = acceptNames(input.ExpressionAttributeNames, given.length > 0);
    this.#values = acceptValues(input.ExpressionAttributeValues, given.length > 0, absent);
    for (const expression of given) this.#assertDefined(expression);
    assertUsed('Names', this.#names, new Set(given.flatMap(({ names }) => names)));
    assertUsed('Values', this.#values, new Set(given.flatMap(({ values }) => values)));
  }

  /** The attribute that a step leads to, or the place in a list. */
  step(step: Step): Step {
    return typeof step === 'string' && step.startsWith('#') ? this.#names.get(step)! : step;
  }

  steps(path: Path): readonly Step[] {
    return path.steps.map((step) => this.step(step));
  }

  value(name: string): AttributeValue {
    return this.#values.get(name)!;
  }

  #assertDefined({ kind, names, values }: Parsed<unknown>): void {
    for (const name of names) {
      if (!name.startsWith('#')) {
        if (!isReserved(name)) continue;
        throw invalid(`Invalid ${kind}: Attribute name is a reserved keyword; reserved keyword: ${name}`);
      }
      if (this.#names.has(name)) continue;
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
      );
    }
    for (const name of values) {
      if (this.#values.has(name)) continue;
      throw invalid(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    }
  }
}

function acceptNames(names: PlaceholderInput['ExpressionAttributeNames'], expected: boolean): Map<string, string> {
  const accepted = new Map<string, string>();
  if (names === undefined) return accepted;
  if (!expected) throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  for (const name of Object.keys(names)) {
    if (!/^#\w+$/.test(name)) {
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${name}"`);
    }
    accepted.set(name, names[name]!);
  }
  if (accepted.size === 0) throw invalid('ExpressionAttributeNames must not be empty');
  return accepted;
}

function acceptValues(
  values: PlaceholderInput['ExpressionAttributeValues'],
  expected: boolean,
  absent: string,
): Map<string, AttributeValue> {
  const accepted = new Map<string, AttributeValue>();
  if (values === undefined) return accepted;
  if (!expected) {
    throw invalid(`ExpressionAttributeValues can only be specified when using expressions: ${absent} is null`);
  }
  for (const name of Object.keys(values)) {
    if (!/^:\w+$/.test(name)) {
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    }
    accepted.set(name, acceptValue(values[name]));
  }
  if (accepted.size === 0) throw invalid('ExpressionAttributeValues must not be empty');
  return accepted;
}

function assertUsed(what: string, given: ReadonlyMap<string, unknown>, used: ReadonlySet<string>): void {
  const unused = [...given.keys()].filter((name) => !used.has(name));
  if (unused.length === 0) return;
  throw invalid(`Value provided in ExpressionAttribute${what} unused in expressions: keys: {${unused.join(', ')}}`);
}
