import { DuctileError } from '../errors/ductile-error.js';

/** One thing that is wrong in decorators, templates or migrations: where, what, and what to do about it. */
export interface SchemaProblem {
  /** The class, by its own name (not the name that it has in the schema). */
  readonly class?: string;
  readonly property?: string;
  readonly keyPath?: string;
  /** The class name of the migration. */
  readonly migration?: string;
  readonly version?: number;
  /** What is wrong, as a sentence without its full stop: `the type of a number is not known`. */
  readonly what: string;
  /** What to do about it, as a sentence without its full stop: `write @Field('int')`. */
  readonly mend: string;
}

/**
 * The classes, key paths or migrations of a schema contradict themselves or each other. Thrown while modules load and
 * by `defineSchema`, never later: a schema that was defined is sound.
 *
 * Every problem that was found is in `problems`; the message prints them all, and `facts` are those of the first.
 *
 * @example
 * throw new SchemaDefinitionError({
 *   class: 'Order', property: 'quantity', what: 'the type of a number is not known', mend: "write @Field('int')",
 * });
 * // SchemaDefinitionError: Order.quantity: the type of a number is not known. Mend: write @Field('int').
 */
export class SchemaDefinitionError extends DuctileError {
  static override readonly code = 'SCHEMA_DEFINITION';

  readonly problems: readonly SchemaProblem[];

  constructor(problems: SchemaProblem | readonly [SchemaProblem, ...SchemaProblem[]], options?: ErrorOptions) {
    const all: readonly [SchemaProblem, ...SchemaProblem[]] = isList(problems) ? problems : [problems];
    const { what: _what, mend: _mend, ...facts } = all[0];
    super(printProblems(all), facts, options);
    this.problems = all;
  }
}

/** One line for one problem; a list with a heading for several. */
export function printProblems(problems: readonly SchemaProblem[]): string {
  const lines = problems.map(printProblem);
  if (lines.length === 1) return lines[0] as string;
  return [`the schema has ${lines.length} problems`, ...lines.map((line) => `  - ${line}`)].join('\n');
}

function printProblem(problem: SchemaProblem): string {
  const owner = problem.migration ?? problem.class;
  const place = [owner, problem.property].filter((part) => part !== undefined).join('.');
  const path = problem.keyPath === undefined ? '' : `key path '${problem.keyPath}'`;
  const where = [place, path].filter((part) => part !== '').join(', ');
  return `${where === '' ? '' : `${where}: `}${problem.what}${endOf(problem.what)}Mend: ${problem.mend}.`;
}

/** What leads from a problem to its mend. A list of lines, which may be code, gets no full stop. */
function endOf(what: string): string {
  if (what.includes('\n')) return '\n';
  return what.endsWith('?') ? ' ' : '. ';
}

function isList(
  problems: SchemaProblem | readonly [SchemaProblem, ...SchemaProblem[]],
): problems is readonly [SchemaProblem, ...SchemaProblem[]] {
  return Array.isArray(problems);
}
