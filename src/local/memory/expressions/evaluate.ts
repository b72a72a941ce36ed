import { compareValues, latin1, sameValue, typeOf } from '../values.js';
import type { AttributeMap, AttributeValue } from '../values.js';
import { valueAt } from './paths.js';
import type { Placeholders } from './placeholders.js';
import type { Condition, Operand } from './syntax.js';

/** Whether a condition that was checked holds of a row; a row that is not there has no attributes. */
export function holds(condition: Condition, row: AttributeMap, placeholders: Placeholders): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, row, placeholders) && holds(condition.right, row, placeholders);
    case 'or':
      return holds(condition.left, row, placeholders) || holds(condition.right, row, placeholders);
    case 'not':
      return !holds(condition.of, row, placeholders);
    case 'compare':
      return compares(condition, row, placeholders);
    case 'between': {
      const [value, low, high] = [condition.of, condition.low, condition.high].map((operand) =>
        valueOf(operand, row, placeholders),
      );
      return ordered(low, value, (order) => order <= 0) && ordered(value, high, (order) => order <= 0);
    }
    case 'in': {
      const value = valueOf(condition.of, row, placeholders);
      return condition.among.some((operand) => same(value, valueOf(operand, row, placeholders)));
    }
    case 'predicate':
      return predicate(condition, row, placeholders);
  }
}

type Found = AttributeValue | undefined;

function valueOf(operand: Operand, row: AttributeMap, placeholders: Placeholders): Found {
  if (operand.kind === 'path') return valueAt(row, operand, placeholders);
  if (operand.kind === 'value') return placeholders.value(operand.name);
  const value = valueOf(operand.of, row, placeholders);
  const size = value === undefined ? undefined : sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return value.B.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  return 'BS' in value ? value.BS.length : undefined;
}

function compares(
  { comparator, left, right }: Condition & { kind: 'compare' },
  row: AttributeMap,
  placeholders: Placeholders,
): boolean {
  const [a, b] = [valueOf(left, row, placeholders), valueOf(right, row, placeholders)];
  switch (comparator) {
    case '=':
      return same(a, b);
    case '<>':
      return !same(a, b);
    case '<':
      return ordered(a, b, (order) => order < 0);
    case '<=':
      return ordered(a, b, (order) => order <= 0);
    case '>':
      return ordered(a, b, (order) => order > 0);
    case '>=':
      return ordered(a, b, (order) => order >= 0);
  }
}

const same = (a: Found, b: Found): boolean => a !== undefined && b !== undefined && sameValue(a, b);

function ordered(a: Found, b: Found, test: (order: number) => boolean): boolean {
  const order = a === undefined || b === undefined ? undefined : compareValues(a, b);
  return order !== undefined && test(order);
}

function predicate(
  { name, operands }: Condition & { kind: 'predicate' },
  row: AttributeMap,
  placeholders: Placeholders,
): boolean {
  const value = valueOf(operands[0]!, row, placeholders);
  if (name === 'attribute_exists') return value !== undefined;
  if (name === 'attribute_not_exists') return value === undefined;
  const other = valueOf(operands[1]!, row, placeholders);
  if (value === undefined || other === undefined) return false;
  switch (name) {
    case 'attribute_type':
      return 'S' in other && typeOf(value) === other.S;
    case 'begins_with':
      if ('S' in value && 'S' in other) return value.S.startsWith(other.S);
      return 'B' in value && 'B' in other && latin1(value.B).startsWith(latin1(other.B));
    case 'contains':
      return contains(value, other);
  }
}

function contains(value: AttributeValue, other: AttributeValue): boolean {
  if ('L' in value) return value.L.some((element) => sameValue(element, other));
  if ('S' in other) return 'S' in value ? value.S.includes(other.S) : 'SS' in value && value.SS.includes(other.S);
  if ('N' in other) return 'NS' in value && value.NS.includes(other.N);
  if (!('B' in other)) return false;
  const bytes = latin1(other.B);
  return 'B' in value ? latin1(value.B).includes(bytes) : 'BS' in value && value.BS.map(latin1).includes(bytes);
}
