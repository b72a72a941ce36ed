import { invalid } from '../errors.js';
import { keyNames } from '../key-schema.js';
import type { KeySchema } from '../key-schema.js';
import { sizeOfValue, sortable, typeOf } from '../values.js';
import type { AttributeValue } from '../values.js';
import type { Placeholders } from './placeholders.js';
import type { Comparator, Condition, Operand, Path } from './syntax.js';

/** Which rows a query asks for. */
export interface KeyRange {
  /** The partition key as a text that sorts as DynamoDB sorts it. */
  readonly hash: string;
  /** Whether a range key (in such a form too) lies below the range, in it, or above it: negative, 0, positive. */
  readonly position: (range: string) => number;
}

/** A condition on one key attribute: the operator, and what it compares with. */
interface KeyTest {
  readonly attribute: string;
  readonly operator: KeyComparator | 'BETWEEN' | 'begins_with';
  readonly values: readonly AttributeValue[];
}

/**
 * @param condition one that was checked (`checkCondition`)
 * @throws MemoryDynamoError (ValidationException) where it is more, or less, than one partition key and a range
 */
export function keyRange(schema: KeySchema, condition: Condition, placeholders: Placeholders): KeyRange {
  const tests = testsOf(condition, placeholders);
  const attributes = tests.map(({ attribute }) => attribute);
  if (new Set(attributes).size < attributes.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  const hash = tests.find(({ attribute }) => attribute === schema.hash.name);
  if (hash === undefined) throw invalid(`Query condition missed key schema element: ${schema.hash.name}`);
  const range = tests.find((test) => test !== hash);
  if (range !== undefined && (tests.length > 2 || range.attribute !== schema.range?.name)) {
    const missed = keyNames(schema).find((name) => !attributes.includes(name));
    throw invalid(
      missed === undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${missed}`,
    );
  }
  for (const test of tests) assertValues(schema, test);
  if (hash.operator !== '=') throw invalid('Query key condition not supported');
  return { hash: sortable(hash.values[0]!), position: range === undefined ? () => 0 : positionIn(range) };
}

function positionIn({ operator, values }: KeyTest): (range: string) => number {
  const [low, high] = values.map(sortable) as [string, string];
  switch (operator) {
    case '=':
      return (range) => (range < low ? -1 : range > low ? 1 : 0);
    case '<':
      return (range) => (range < low ? 0 : 1);
    case '<=':
      return (range) => (range <= low ? 0 : 1);
    case '>':
      return (range) => (range > low ? 0 : -1);
    case '>=':
      return (range) => (range >= low ? 0 : -1);
    case 'BETWEEN':
      return (range) => (range < low ? -1 : range > high ? 1 : 0);
    case 'begins_with':
      return (range) => (range.startsWith(low) ? 0 : range < low ? -1 : 1);
  }
}

function testsOf(condition: Condition, placeholders: Placeholders): readonly KeyTest[] {
  switch (condition.kind) {
    case 'and':
      return [...testsOf(condition.left, placeholders), ...testsOf(condition.right, placeholders)];
    case 'compare': {
      const { comparator, left, right } = condition;
      if (comparator === '<>') throw unfit('<>');
      const turned = left.kind === 'value';
      const [path, value] = turned ? [right, left] : [left, right];
      return [test(turned ? TURNED[comparator] : comparator, path, [value], placeholders)];
    }
    case 'between':
      return [test('BETWEEN', condition.of, [condition.low, condition.high], placeholders)];
    case 'predicate':
      if (condition.name !== 'begins_with') throw unfit(condition.name);
      return [test('begins_with', condition.operands[0]!, condition.operands.slice(1), placeholders)];
    case 'in':
    case 'not':
    case 'or':
      throw unfit(condition.kind.toUpperCase());
  }
}

const unfit = (operator: string): Error => invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);

/** Keys are not asked for what they are not. */
type KeyComparator = Exclude<Comparator, '<>'>;

const TURNED: Readonly<Record<KeyComparator, KeyComparator>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function test(
  operator: KeyTest['operator'],
  path: Operand,
  values: readonly Operand[],
  placeholders: Placeholders,
): KeyTest {
  if ([path, ...values].some(({ kind }) => kind === 'size')) {
    throw invalid('KeyConditionExpressions cannot contain nested operations');
  }
  if (path.kind !== 'path' || values.some(({ kind }) => kind !== 'value')) {
    throw invalid('Query key condition not supported');
  }
  return {
    operator,
    attribute: keyAttribute(path, placeholders),
    values: values.map((value) => placeholders.value((value as { name: string }).name)),
  };
}

function keyAttribute(path: Path, placeholders: Placeholders): string {
  const name = placeholders.step(path.steps[0]!) as string;
  if (path.steps.length === 1) return name;
  throw invalid(
    `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`,
  );
}

function assertValues({ hash, range }: KeySchema, { attribute, values }: KeyTest): void {
  const { name, type } = attribute === hash.name ? hash : range!;
  for (const value of values) {
    if (typeOf(value) !== type) {
      throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    if (sizeOfValue(value) === 0) {
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. Key: ${name}`,
      );
    }
  }
}

/** @throws MemoryDynamoError (ValidationException) where the filter of a query names an attribute of the key */
export function assertNoKeys(schema: KeySchema, condition: Condition, placeholders: Placeholders): void {
  const keys = keyNames(schema);
  for (const path of pathsOf(condition)) {
    const name = placeholders.step(path.steps[0]!) as string;
    if (!keys.includes(name)) continue;
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
  }
}

function pathsOf(node: Condition | Operand): readonly Path[] {
  switch (node.kind) {
    case 'path':
      return [node];
    case 'value':
      return [];
    case 'and':
    case 'or':
    case 'compare':
      return [node.left, node.right].flatMap(pathsOf);
    case 'between':
      return [node.of, node.low, node.high].flatMap(pathsOf);
    case 'in':
      return [node.of, ...node.among].flatMap(pathsOf);
    case 'predicate':
      return node.operands.flatMap(pathsOf);
    case 'not':
    case 'size':
      return pathsOf(node.of);
  }
}
