import * as module from 'node:module';
import { pathToFileURL } from 'node:url';
import { SchemaFileError } from '../errors.js';

let registered = false;

/**
 * Has the TypeScript files of a project compiled as they are imported, with the metadata of decorators, by the
 * project's own compiler: swc, else tsc. A project without either needs a loader that the process was started with.
 *
 * The hooks run in a thread of their own: Node 20 has no others.
 */
export function compileTypeScript(file: string): void {
  if (registered) return;
  const compiler = compilerOf(file);
  if (compiler === undefined) {
    if (hasLoader()) return;
    throw new SchemaFileError(
      `${file} is TypeScript, and its project has neither @swc/core nor typescript below 7 to compile it. Install one of ` +
        'them, name the compiled JavaScript, or name what `ductile snapshot` wrote.',
      { file },
    );
  }
  registered = true;
  process.setSourceMapsEnabled(true);
  module.register('./typescript-hooks.js', import.meta.url, { data: compiler });
}

/** A compiler of a project, as the hooks are told of it. */
export interface Compiler {
  readonly kind: 'swc' | 'tsc';
  /** The file to import it from. */
  readonly url: string;
}

export function compilerOf(file: string): Compiler | undefined {
  const require = module.createRequire(file);
  const found = (name: string): string | undefined => {
    try {
      return require.resolve(name);
    } catch {
      return undefined; // It is not installed there.
    }
  };
  const swc = found('@swc/core');
  if (swc !== undefined) return { kind: 'swc', url: pathToFileURL(swc).href };
  const tsc = found('typescript');
  // From 7 on the compiler is no JavaScript.
  if (tsc === undefined || typeof (require(tsc) as { transpileModule?: unknown }).transpileModule !== 'function') {
    return undefined;
  }
  return { kind: 'tsc', url: pathToFileURL(tsc).href };
}

/** Whether the process was told to load something before the program: it is what loads TypeScript, or nothing does. */
function hasLoader(): boolean {
  const told = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  return told.some((argument) => /^(--import|--loader|--experimental-loader|--require|-r)\b/.test(argument));
}
