/** One thing that is wrong with an entity that a caller wants to store. */
export interface Problem {
  readonly code: 'required' | 'type' | 'range' | 'readonly';
  /** Where, in the names of the caller's version: `items[3].quantity`. */
  readonly path: string;
  /** What, in words that follow the field's name: "must be a whole number, got 1.5". */
  readonly message: string;
}

/** One line for a person: `✖ quantity must be a whole number, got 1.5 → at items[3].quantity`. */
export function printProblem({ path, message }: Problem): string {
  const name = LAST_NAME.exec(path)?.[1];
  return name === undefined ? `✖ ${path} ${message}` : `✖ ${name} ${message} → at ${path}`;
}

/** What follows the last dot, where no quoted key of a map is in it. */
const LAST_NAME = /\.([^."]+)$/;
