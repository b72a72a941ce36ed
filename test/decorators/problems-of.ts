import type { EntityClass } from '../../src/decorators/declared.js';
import { discover } from '../../src/decorators/discover.js';
import { SchemaDefinitionError } from '../../src/decorators/errors.js';

/** The lines that `discover` refuses some classes with; none where it takes them. */
export function problemsOf(classes: readonly EntityClass[], extra: readonly EntityClass[] = []): readonly string[] {
  return refusals(() => discover(classes, extra));
}

export function refusals(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof SchemaDefinitionError)) throw error;
    return error.message
      .split('\n')
      .map((line) => line.replace(/^ {2}- /, ''))
      .filter((line) => !/^the schema has \d+ problems$/.test(line));
  }
}
