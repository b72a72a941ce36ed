import type { EntityClass } from '../decorators/declared.js';

/**
 * True where the source of a class, or of one that it extends, gives a property a value that only `new` would give it: by
 * an initialiser, or in its constructor. Read off the source, in the forms that compilers leave; good for a hint in a
 * message, and for nothing else.
 */
export function hasInitialiser(entityClass: EntityClass, property: string): boolean {
  for (
    let c: unknown = entityClass;
    typeof c === 'function' && c !== Function.prototype;
    c = Object.getPrototypeOf(c)
  ) {
    if (initialisedIn(Function.prototype.toString.call(c), property)) return true;
  }
  return false;
}

function initialisedIn(source: string, property: string): boolean {
  const text = source.replace(COMMENTS_AND_STRINGS, (part) => (/^['"]/.test(part) ? part.replace(/[{}]/g, '') : ''));
  const name = property.replace(/\W/g, '\\$&');
  const body = text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'));
  const inside = constructorBody(body);
  const given = [
    ...withoutBlocks(body).matchAll(
      new RegExp(`(?:^|[;{}\\s])(?:${name}|["']${name}["'])\\s*=(?![=>])([^;\\n]*)`, 'g'),
    ),
    ...inside.matchAll(new RegExp(`\\bthis(?:\\.${name}|\\[["']${name}["']\\])\\s*=(?![=>])([^;\\n]*)`, 'g')),
    ...inside.matchAll(new RegExp(`\\(this,\\s*["']${name}["'],(?:\\s*\\{[^{}]*\\bvalue:)?([^;\\n]*)`, 'g')),
  ];
  return given.some(([, value]) => !NOTHING.test(value!));
}

/** What compilers write for a property that is declared without a value. */
const NOTHING = /^\s*(?:void 0|undefined)\b|,\s*void 0\)+\s*$|\b_init_\w+\(this\)+\s*$/;

const COMMENTS_AND_STRINGS = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** What stands in a class outside of its methods. */
function withoutBlocks(body: string): string {
  for (let before = body, after; ; before = after) {
    after = before.replace(/\{[^{}]*\}/g, ';');
    if (after === before) return after;
  }
}

function constructorBody(body: string): string {
  const from = /(?:^|[;{}\s])constructor\s*\([^]*?\)\s*\{/.exec(body);
  if (from === null) return '';
  const start = from.index + from[0].length;
  let depth = 1;
  for (let i = start; i < body.length; i++) {
    if (body[i] === '{') depth++;
    else if (body[i] === '}' && --depth === 0) return body.slice(start, i);
  }
  return '';
}
