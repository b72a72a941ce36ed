import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { importedFile, isTypeScript } from './project.js';
import type { Transpile } from './transpilers.js';

/** The parts of CommonJS that every compiler of it changes; Node has no other way in before its version 22. */
interface Internals {
  readonly _extensions: Record<string, (module: { _compile(code: string, file: string): void }, file: string) => void>;
  _resolveFilename(request: string, parent: { readonly filename?: string } | undefined, ...rest: unknown[]): string;
}

/** What a TypeScript file of a CommonJS project exports. */
export function requireTypeScript(file: string, transpile: Transpile): unknown {
  compileWhatIsRequired(transpile);
  return createRequire(file)(file);
}

function compileWhatIsRequired(transpile: Transpile): void {
  const internals = Module as unknown as Internals;
  if ('.ts' in internals._extensions) return; // There is a loader: ours from before, or the user's.
  for (const ending of ['.ts', '.cts', '.tsx']) {
    internals._extensions[ending] = (module, file) =>
      module._compile(transpile(readFileSync(file, 'utf8'), file, 'commonjs'), file);
  }
  const { _resolveFilename: asNode } = internals;
  internals._resolveFilename = function (this: unknown, request, parent, ...rest) {
    const from = parent?.filename;
    const isOurs = from !== undefined && isTypeScript(from);
    const source = isOurs ? importedFile(request, from) : undefined;
    return asNode.call(this, source ?? request, parent, ...rest);
  };
}
