import { SchemaDefinitionError } from './errors.js';

/**
 * A class decorator that is written without parentheses is given the class in the place of its arguments. The compiler
 * says so; compilers that only strip types do not, and the class would silently be left undecorated.
 *
 * @param argument What the decorator was given first.
 * @param written As it is to be written: `@ItemType('Order')`.
 * @throws SchemaDefinitionError where that is a class
 */
export function assertParentheses(argument: unknown, written: string): void {
  if (typeof argument !== 'function') return;
  const decorator = written.slice(0, written.indexOf('('));
  throw new SchemaDefinitionError({
    ...(argument.name !== '' && { class: argument.name }),
    what: `${decorator} is written without parentheses`,
    mend: `write ${written}`,
  });
}
