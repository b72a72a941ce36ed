import { existsSync, readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Compiler } from './typescript.js';
import { type Transpile, transpilerOf } from './transpilers.js';

let transpile: Transpile;

export const initialize: InitializeHook<Compiler> = async (compiler) => {
  transpile = await transpilerOf(compiler);
};

/** As TypeScript resolves: the source behind a name that ends in `.js`, or in nothing. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const source = sourceOf(specifier, context.parentURL);
  return next(source ?? specifier, context);
};

export const load: LoadHook = (url, context, next) => {
  if (!isSource(url)) return next(url, context);
  const file = fileURLToPath(url);
  const format = formatOf(file);
  return { format, source: transpile(readFileSync(file, 'utf8'), file, format), shortCircuit: true };
};

const isSource = (url: string): boolean => /^file:.*\.[cm]?tsx?$/.test(url) && !url.includes('/node_modules/');

function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  if (!/^\.{1,2}(\/|$)/.test(specifier) || parent === undefined || !isSource(parent)) return undefined;
  const asked = fileURLToPath(new URL(specifier, parent));
  const named = /\.([cm]?)js$/.exec(asked);
  const candidates =
    named === null
      ? [`${asked}.ts`, `${asked}.tsx`, `${asked}.js`, join(asked, 'index.ts'), join(asked, 'index.js')]
      : [asked, asked.replace(/js$/, 'ts')];
  if (named === null && /\.[cm]?tsx?$|\.json$/.test(asked)) return undefined;
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : pathToFileURL(found).href;
}

/** What Node would take a JavaScript file in its place for. */
function formatOf(file: string): 'module' | 'commonjs' {
  if (file.endsWith('.mts')) return 'module';
  if (file.endsWith('.cts')) return 'commonjs';
  return typeOfPackage(dirname(file));
}

const types = new Map<string, 'module' | 'commonjs'>();

function typeOfPackage(folder: string): 'module' | 'commonjs' {
  const known = types.get(folder);
  if (known !== undefined) return known;
  const manifest = join(folder, 'package.json');
  const above = dirname(folder);
  let type: 'module' | 'commonjs';
  if (existsSync(manifest)) {
    const { type: said } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: string };
    type = said === 'module' ? 'module' : 'commonjs';
  } else type = above === folder ? 'commonjs' : typeOfPackage(above);
  types.set(folder, type);
  return type;
}
