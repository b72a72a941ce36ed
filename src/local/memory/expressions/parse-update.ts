import type { Cursor } from './cursor.js';
import type { Path, Term, UpdateAction } from './syntax.js';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof SECTIONS)[number];

/** `SET a = :x, b = b + :y REMOVE c[1] ADD d :n DELETE e :s`. Each section at most once, in any order. */
export function parseUpdate(cursor: Cursor): readonly UpdateAction[] {
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  do {
    const section = SECTIONS.find((word) => cursor.skipWord(word));
    if (section === undefined) throw cursor.syntaxError();
    if (seen.has(section)) {
      throw cursor.fail(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(parseAction(cursor, section));
    while (cursor.skip(','));
  } while (cursor.next.type !== 'end');
  return actions;
}

function parseAction(cursor: Cursor, section: Section): UpdateAction {
  const path = cursor.path();
  switch (section) {
    case 'SET':
      cursor.expect('=');
      return { kind: section, path, term: parseSum(cursor) };
    case 'REMOVE':
      return { kind: section, path };
    case 'ADD':
    case 'DELETE':
      return { kind: section, path, value: cursor.value() };
  }
}

function parseSum(cursor: Cursor): Term {
  const left = parseTerm(cursor);
  const kind = cursor.skip('+') ? '+' : cursor.skip('-') ? '-' : undefined;
  return kind === undefined ? left : { kind, left, right: parseTerm(cursor) };
}

function parseTerm(cursor: Cursor): Term {
  if (cursor.skip('(')) {
    const term = parseSum(cursor);
    cursor.expect(')');
    return term;
  }
  const { type, text } = cursor.next;
  return type === 'word' && cursor.second.text === '(' ? parseFunction(cursor, text) : cursor.operand();
}

function parseFunction(cursor: Cursor, name: string): Term {
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw NOT_IN_UPDATES.has(name)
      ? cursor.fail(`The function is not allowed in an update expression; function: ${name}`)
      : cursor.fail(`Invalid function name; function: ${name}`);
  }
  cursor.take();
  cursor.expect('(');
  const operands: Term[] = [];
  do operands.push(parseTerm(cursor));
  while (cursor.skip(','));
  cursor.expect(')');
  if (operands.length !== 2) {
    throw cursor.fail(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  const [left, right] = operands as [Term, Term];
  if (name === 'list_append') return { kind: name, left, right };
  return { kind: name, path: asPath(cursor, left), otherwise: right };
}

const NOT_IN_UPDATES: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

function asPath(cursor: Cursor, term: Term): Path {
  if (term.kind === 'path') return term;
  throw cursor.fail('Operator or function requires a document path; operator or function: if_not_exists');
}
