import { SchemaFileError } from '../errors.js';
import { reasonOf } from './reason.js';

/** Whether this Node takes the types out of a TypeScript file that it imports, and so needs no compiler for most of them. */
export const stripsTypes = (): boolean =>
  Boolean((process.features as { readonly typescript?: string | false }).typescript);

/**
 * What a TypeScript file exports, by Node's own type stripping.
 *
 * @throws SchemaFileError where the file, or one that it imports, has what stripping cannot take out: decorators, an enum,
 *   an import by the name of a built file. Its own errors pass.
 */
export async function importStripped(file: string, importFile: (file: string) => Promise<unknown>): Promise<unknown> {
  try {
    return await importFile(file);
  } catch (cause) {
    if (isBeyondStripping(cause))
      throw noCompiler(file, `Node cannot load by taking its types out (${reasonOf(cause)})`, cause);
    throw cause;
  }
}

export function noCompiler(file: string, what: string, cause?: unknown): SchemaFileError {
  return new SchemaFileError(
    `${file} is TypeScript that ${what}, and its project has no compiler that can be called: TypeScript 7 cannot. Install ` +
      'one beside it: npm install --save-dev @swc/core (typescript below 7 serves, too); or name the compiled JavaScript, or ' +
      'what `ductile snapshot` wrote.',
    { file },
    ...(cause === undefined ? [] : [{ cause }]),
  );
}

const CODES = ['ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION'];

function isBeyondStripping(cause: unknown): boolean {
  const { name, code } = (cause ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SyntaxError' || CODES.includes(code as string);
}
