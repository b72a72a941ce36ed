import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const sources = new URL('../src/', import.meta.url);

export function resolve(specifier, context, next) {
  return next(sourceOf(specifier, context.parentURL) ?? specifier, context);
}

export function load(url, context, next) {
  if (!/^file:.*\.c?ts$/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const commonJs = url.endsWith('.cts');
  const { code } = transformFileSync(fileURLToPath(url), {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
    module: { type: commonJs ? 'commonjs' : 'es6' },
  });
  return { format: commonJs ? 'commonjs' : 'module', source: code, shortCircuit: true };
}

/** The TypeScript file behind the name of a built one, or behind an entry point of this package. */
function sourceOf(specifier, parent) {
  const entry = /^ductile(?:\/(\w+))?$/.exec(specifier);
  if (entry !== null) return new URL(entry[1] === undefined ? 'index.ts' : `${entry[1]}/index.ts`, sources).href;
  if (!/^\.{1,2}\/.*\.c?js$/.test(specifier) || parent === undefined || parent.includes('/node_modules/')) return;
  const source = new URL(specifier.replace(/js$/, 'ts'), parent);
  return existsSync(source) ? source.href : undefined;
}
