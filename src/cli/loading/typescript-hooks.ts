import { readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { formatOf, importedFile, isTypeScript } from './project.js';
import { type Compiler, type Transpile, transpilerOf } from './transpilers.js';

/*
 * What Node asks when it imports. It runs in a thread of its own: Node 20 has no other hooks.
 */

let transpile: Transpile;

export const initialize: InitializeHook<Compiler> = (compiler) => {
  transpile = transpilerOf(compiler);
};

/** As TypeScript resolves. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL: parent } = context;
  const isOurs = parent !== undefined && isSource(parent);
  const source = isOurs ? importedFile(specifier, fileURLToPath(parent)) : undefined;
  return next(source === undefined ? specifier : pathToFileURL(source).href, context);
};

export const load: LoadHook = (url, context, next) => {
  if (!isSource(url)) return next(url, context);
  const file = fileURLToPath(url);
  const format = formatOf(file);
  return { format, source: transpile(readFileSync(file, 'utf8'), file, format), shortCircuit: true };
};

const isSource = (url: string): boolean =>
  url.startsWith('file:') && isTypeScript(url) && !url.includes('/node_modules/');
