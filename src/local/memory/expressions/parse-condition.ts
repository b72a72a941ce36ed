import type { Cursor } from './cursor.js';
import type { Comparator, Condition, Operand, Predicate } from './syntax.js';

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

const PREDICATES: Readonly<Record<Predicate, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

/** `a = :x AND (begins_with(b, :y) OR NOT c BETWEEN :l AND :h)`. NOT binds closest, then AND, then OR. */
export function parseCondition(cursor: Cursor): Condition {
  const node = parseOr(cursor);
  cursor.expectEnd();
  return asCondition(cursor, node);
}

/** Brackets may stand around conditions and around operands, and only what follows tells which it was. */
type Node = Condition | Operand;

function parseOr(cursor: Cursor): Node {
  let left = parseAnd(cursor);
  while (cursor.seesWord('OR')) {
    const condition = asCondition(cursor, left);
    cursor.take();
    left = { kind: 'or', left: condition, right: asCondition(cursor, parseAnd(cursor)) };
  }
  return left;
}

function parseAnd(cursor: Cursor): Node {
  let left = parseNot(cursor);
  while (cursor.seesWord('AND')) {
    const condition = asCondition(cursor, left);
    cursor.take();
    left = { kind: 'and', left: condition, right: asCondition(cursor, parseNot(cursor)) };
  }
  return left;
}

function parseNot(cursor: Cursor): Node {
  return cursor.skipWord('NOT') ? { kind: 'not', of: asCondition(cursor, parseNot(cursor)) } : parseComparison(cursor);
}

function parseComparison(cursor: Cursor): Node {
  const left = parsePrimary(cursor);
  if (!isOperand(left)) return left;
  if (cursor.next.type === 'sign' && COMPARATORS.has(cursor.next.text)) {
    const comparator = cursor.take().text as Comparator;
    return { kind: 'compare', comparator, left, right: parseOperand(cursor) };
  }
  if (cursor.skipWord('BETWEEN')) {
    const low = parseOperand(cursor);
    cursor.expectWord('AND');
    return { kind: 'between', of: left, low, high: parseOperand(cursor) };
  }
  if (!cursor.skipWord('IN')) return left;
  cursor.expect('(');
  return { kind: 'in', of: left, among: parseList(cursor) };
}

function parsePrimary(cursor: Cursor): Node {
  if (cursor.sees('(')) return parseBrackets(cursor);
  const { type, text } = cursor.next;
  if (type !== 'word' || cursor.second.text !== '(') return cursor.operand();
  cursor.take();
  cursor.take();
  if (text === 'size') {
    const operands = parseList(cursor);
    assertOperands(cursor, 'size', operands, 1);
    return { kind: 'size', of: operands[0]! };
  }
  if (!Object.hasOwn(PREDICATES, text)) {
    throw text === 'if_not_exists' || text === 'list_append'
      ? cursor.fail(`The function is not allowed to be used this way in an expression; function: ${text}`)
      : cursor.fail(`Invalid function name; function: ${text}`);
  }
  const operands = parseList(cursor);
  assertOperands(cursor, text, operands, PREDICATES[text as Predicate]);
  return { kind: 'predicate', name: text as Predicate, operands };
}

function parseBrackets(cursor: Cursor): Node {
  const outside = cursor.position;
  cursor.expect('(');
  const inside = cursor.position;
  const node = parseOr(cursor);
  // Brackets right around brackets: `((a = :x))`, but not `((a = :x) OR b = :x)`.
  if (cursor.lastBrackets?.from === inside && cursor.lastBrackets.to === cursor.position) {
    throw cursor.fail('The expression has redundant parentheses;');
  }
  cursor.expect(')');
  cursor.lastBrackets = { from: outside, to: cursor.position };
  return node;
}

/** Operands up to the closing bracket, which is taken. */
function parseList(cursor: Cursor): readonly Operand[] {
  const operands: Operand[] = [];
  do operands.push(parseOperand(cursor));
  while (cursor.skip(','));
  cursor.expect(')');
  return operands;
}

function parseOperand(cursor: Cursor): Operand {
  const node = parsePrimary(cursor);
  if (isOperand(node)) return node;
  throw node.kind === 'predicate'
    ? cursor.fail(`The function is not allowed to be used this way in an expression; function: ${node.name}`)
    : cursor.syntaxError();
}

function isOperand(node: Node): node is Operand {
  return node.kind === 'path' || node.kind === 'value' || node.kind === 'size';
}

function asCondition(cursor: Cursor, node: Node): Condition {
  if (!isOperand(node)) return node;
  throw node.kind === 'size'
    ? cursor.fail('The function is not allowed to be used this way in an expression; function: size')
    : cursor.syntaxError();
}

function assertOperands(cursor: Cursor, name: string, operands: readonly Operand[], wanted: number): void {
  if (operands.length === wanted) return;
  throw cursor.fail(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  );
}
