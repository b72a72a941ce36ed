import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync, version } from '@swc/core';

const sources = new URL('../src/', import.meta.url);
// Several processes of a sample compile the same sources at once: what one has compiled the others read.
const cache = fileURLToPath(new URL('../node_modules/.cache/ductile-typescript/', import.meta.url));

export function resolve(specifier, context, next) {
  const source = sourceOf(specifier, context.parentURL);
  if (source === undefined) return next(specifier, context);
  // `require`, whose hooks these are too since Node 22.15, knows no URLs of files.
  return next(context.conditions.includes('require') ? fileURLToPath(source) : source, context);
}

export function load(url, context, next) {
  if (!/^file:.*\.c?ts$/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const commonJs = url.endsWith('.cts');
  return {
    format: commonJs ? 'commonjs' : 'module',
    source: compiled(fileURLToPath(url), commonJs),
    shortCircuit: true,
  };
}

function compiled(filename, commonJs) {
  const text = readFileSync(filename, 'utf8');
  const options = {
    filename,
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
    module: { type: commonJs ? 'commonjs' : 'es6' },
  };
  const name = createHash('sha256')
    .update(JSON.stringify([version, options, text]))
    .digest('hex');
  const cached = `${cache}${name}`;
  if (existsSync(cached)) return readFileSync(cached, 'utf8');
  const { code } = transformSync(text, options);
  mkdirSync(cache, { recursive: true });
  const half = `${cached}.${process.pid}`;
  writeFileSync(half, code);
  renameSync(half, cached); // whole, for whoever reads it meanwhile
  return code;
}

/** The TypeScript file behind the name of a built one, or behind an entry point of this package. */
function sourceOf(specifier, parent) {
  const entry = /^ductile(?:\/(\w+))?$/.exec(specifier);
  if (entry !== null) return new URL(entry[1] === undefined ? 'index.ts' : `${entry[1]}/index.ts`, sources).href;
  if (!/^\.{1,2}\/.*\.c?js$/.test(specifier) || parent === undefined || parent.includes('/node_modules/')) return;
  const source = new URL(specifier.replace(/js$/, 'ts'), parent);
  return existsSync(source) ? source.href : undefined;
}
