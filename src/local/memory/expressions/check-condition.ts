import { invalid } from '../errors.js';
import { compareValues, typeOf } from '../values.js';
import type { AttributeValue, TypeName } from '../values.js';
import { printSteps } from './paths.js';
import type { Placeholders } from './placeholders.js';
import type { Condition, ExpressionKind, Operand } from './syntax.js';

const ORDERED: readonly string[] = ['S', 'N', 'B'];
const TYPE_NAMES: readonly string[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];

/**
 * Refuses what no row can make right: operands of a type that the operator does not take, bounds in the wrong order.
 *
 * @throws MemoryDynamoError (ValidationException)
 */
export function checkCondition(kind: ExpressionKind, condition: Condition, placeholders: Placeholders): void {
  new Checker(kind, placeholders).check(condition);
}

class Checker {
  constructor(
    private readonly kind: ExpressionKind,
    private readonly placeholders: Placeholders,
  ) {}

  check(condition: Condition): void {
    switch (condition.kind) {
      case 'and':
      case 'or':
        this.check(condition.left);
        return this.check(condition.right);
      case 'not':
        return this.check(condition.of);
      case 'compare':
        return this.#compare(condition);
      case 'between':
        return this.#between(condition);
      case 'in':
        return this.#distinct('IN', condition.of, condition.among);
      case 'predicate':
        return this.#predicate(condition);
    }
  }

  #compare({ comparator, left, right }: Condition & { kind: 'compare' }): void {
    this.#distinct(comparator, left, [right]);
    if (comparator === '=' || comparator === '<>') return;
    this.#ordered(comparator, left);
    this.#ordered(comparator, right);
  }

  #between({ of, low, high }: Condition & { kind: 'between' }): void {
    for (const operand of [of, low, high]) this.#ordered('BETWEEN', operand);
    const [from, to] = [this.#valueOf(low), this.#valueOf(high)];
    if (from === undefined || to === undefined) return;
    const bounds = `lower bound operand: AttributeValue: ${printValue(from)}, upper bound operand: AttributeValue: ${printValue(to)}`;
    const order = compareValues(from, to);
    if (order === undefined) {
      throw this.#fail(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    }
    if (order > 0) {
      throw this.#fail(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
    }
  }

  #predicate({ name, operands }: Condition & { kind: 'predicate' }): void {
    const [first, second] = operands as [Operand, Operand];
    switch (name) {
      case 'attribute_exists':
      case 'attribute_not_exists':
        if (first.kind === 'path') return;
        throw this.#fail(`Operator or function requires a document path; operator or function: ${name}`);
      case 'attribute_type':
        return this.#attributeType(second);
      case 'begins_with':
        this.#oneOf(name, first, ['S', 'B']);
        this.#oneOf(name, second, ['S', 'B']);
        return this.#distinct(name, first, [second]);
      case 'contains':
        return this.#distinct(name, first, [second]);
    }
  }

  #attributeType(operand: Operand): void {
    this.#oneOf('attribute_type', operand, ['S']);
    const value = this.#valueOf(operand);
    if (value === undefined || !('S' in value) || TYPE_NAMES.includes(value.S)) return;
    throw this.#fail(`Invalid attribute type name found; type: ${value.S}, valid types: {${TYPE_NAMES.join(',')}}`);
  }

  #ordered(operator: string, operand: Operand): void {
    this.#oneOf(operator, operand, ORDERED);
  }

  /** A path says nothing of its type before there is a row. */
  #oneOf(operator: string, operand: Operand, types: readonly string[]): void {
    const type = this.#typeOf(operand);
    if (type === undefined || types.includes(type)) return;
    throw this.#fail(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }

  #typeOf(operand: Operand): TypeName | undefined {
    if (operand.kind === 'path') return undefined;
    if (operand.kind === 'value') return typeOf(this.placeholders.value(operand.name));
    this.#oneOf('size', operand.of, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
    return 'N';
  }

  #distinct(operator: string, first: Operand, others: readonly Operand[]): void {
    for (const operand of [first, ...others]) this.#typeOf(operand);
    if (first.kind !== 'path') return;
    const printed = printSteps(this.placeholders.steps(first));
    for (const other of others) {
      if (other.kind !== 'path' || printSteps(this.placeholders.steps(other)) !== printed) continue;
      throw this.#fail(
        `The first operand must be distinct from the remaining operands for this operator or function; ` +
          `operator: ${operator}, first operand: ${printed}`,
      );
    }
  }

  #valueOf(operand: Operand): AttributeValue | undefined {
    return operand.kind === 'value' ? this.placeholders.value(operand.name) : undefined;
  }

  #fail(message: string): Error {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }
}

function printValue(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${String((value as Record<TypeName, unknown>)[type])}}`;
}
