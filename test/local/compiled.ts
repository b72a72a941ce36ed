import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';

/**
 * Compiles `src/local` and what it imports into a folder of this repository, so that a plain Node process can load it,
 * and gives the path of its entry.
 */
export function compileLocal(folder: string, module: 'es6' | 'commonjs'): string {
  const src = resolve('src');
  // A set is walked in the order of adding: what a file imports is compiled after it.
  const files = new Set([join(src, 'local', 'index.ts')]);
  for (const file of files) {
    const commonJs = file.endsWith('.cts') || module === 'commonjs';
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      filename: file,
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: commonJs ? 'commonjs' : 'es6' },
    });
    // Types are gone by now: only what runs is compiled.
    for (const [, name] of code.matchAll(/(?:from |import |import\(|require\()["'](\.[^"']+)["']/g)) {
      files.add(resolve(dirname(file), name!.replace(/js$/, 'ts')));
    }
    const compiled = join(folder, relative(src, file).replace(/ts$/, 'js'));
    mkdirSync(dirname(compiled), { recursive: true });
    writeFileSync(compiled, code);
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: module === 'es6' ? 'module' : 'commonjs' }));
  return join(folder, 'local', 'index.js');
}
