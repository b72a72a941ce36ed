import { readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook, ResolveHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { formatOf, importedFile, isTypeScript } from './project.js';
import { type Compiler, type Transpile, transpilerOf } from './transpilers.js';

/*
 * What Node asks when it imports: in a thread of its own up to Node 22.14, which has no other hooks, and since then in
 * the thread that imports. So they are synchronous.
 */

let transpile: Transpile;

/** To be called before the first import. */
export function compileWith(compiler: Compiler): void {
  transpile = transpilerOf(compiler);
}

/** What Node calls in a thread of its own. */
export const initialize: InitializeHook<Compiler> = compileWith;

/** As TypeScript resolves. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL: parent } = context;
  const isOurs = parent !== undefined && isSource(parent);
  const source = isOurs ? importedFile(specifier, fileURLToPath(parent)) : undefined;
  return next(source === undefined ? specifier : named(source, context), context);
};

/** `require`, whose hooks these are too in the thread that requires, knows no URLs of files. */
const named = (file: string, { conditions }: ResolveHookContext): string =>
  conditions.includes('require') ? file : pathToFileURL(file).href;

export const load: LoadHook = (url, context, next) => {
  if (!isSource(url)) return next(url, context);
  const file = fileURLToPath(url);
  const format = formatOf(file);
  return { format, source: transpile(readFileSync(file, 'utf8'), file, format), shortCircuit: true };
};

const isSource = (url: string): boolean =>
  url.startsWith('file:') && isTypeScript(url) && !url.includes('/node_modules/');
