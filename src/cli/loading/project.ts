import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { aliasesFor, candidatesFor } from './tsconfig.js';

export type ModuleFormat = 'module' | 'commonjs';

export const isTypeScript = (file: string): boolean => /\.[cm]?tsx?$/.test(file);

/** What Node would take a JavaScript file in the place of a TypeScript one for. */
export function formatOf(file: string): ModuleFormat {
  if (file.endsWith('.mts')) return 'module';
  if (file.endsWith('.cts')) return 'commonjs';
  return typeOfPackage(dirname(file));
}

const types = new Map<string, ModuleFormat>();

function typeOfPackage(folder: string): ModuleFormat {
  const known = types.get(folder);
  if (known !== undefined) return known;
  const above = dirname(folder);
  const type = typeIn(join(folder, 'package.json')) ?? (above === folder ? 'commonjs' : typeOfPackage(above));
  types.set(folder, type);
  return type;
}

function typeIn(manifest: string): ModuleFormat | undefined {
  if (!existsSync(manifest)) return undefined;
  const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: string };
  return type === 'module' ? 'module' : 'commonjs';
}

/**
 * The file that a relative import of TypeScript means: the source behind a name that ends in `.js`, or in nothing.
 * Undefined where the name means itself, or nothing at all.
 */
export function sourceFile(asked: string): string | undefined {
  if (isTypeScript(asked) || asked.endsWith('.json')) return undefined;
  const candidates = /\.[cm]?js$/.test(asked)
    ? [asked, asked.replace(/js$/, 'ts'), asked.replace(/js$/, 'tsx')]
    : [`${asked}.ts`, `${asked}.tsx`, `${asked}.js`, join(asked, 'index.ts'), join(asked, 'index.js')];
  return candidates.find((candidate) => existsSync(candidate));
}

/** The file that an import in a TypeScript file means, where Node would not find it: undefined where Node is to look. */
export function importedFile(specifier: string, from: string): string | undefined {
  if (isRelative(specifier)) return sourceFile(resolve(dirname(from), specifier));
  if (/^(node:|file:|data:|https?:|\/|#)/.test(specifier)) return undefined;
  for (const candidate of candidatesFor(specifier, aliasesFor(from))) {
    const file = existsSync(candidate) && statSync(candidate).isFile() ? candidate : sourceFile(candidate);
    if (file !== undefined) return file;
  }
  return undefined;
}

const isRelative = (specifier: string): boolean => /^\.{1,2}(\/|$)/.test(specifier);
