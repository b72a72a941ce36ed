import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

/**
 * Compiles `src/local` and what it imports into a folder of this repository, so that a plain Node process can load it,
 * and gives the path of its entry.
 */
export function compileLocal(folder: string, module: 'es6' | 'commonjs'): string {
  for (const layer of ['errors', 'values', 'local']) {
    for (const file of readdirSync(join('src', layer), { recursive: true, encoding: 'utf8' })) {
      if (!/\.c?ts$/.test(file)) continue;
      const commonJs = file.endsWith('.cts') || module === 'commonjs';
      const { code } = transformFileSync(join('src', layer, file), {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: commonJs ? 'commonjs' : 'es6' },
      });
      const compiled = join(folder, layer, file.replace(/ts$/, 'js'));
      mkdirSync(dirname(compiled), { recursive: true });
      writeFileSync(compiled, code);
    }
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: module === 'es6' ? 'module' : 'commonjs' }));
  return join(folder, 'local', 'index.js');
}
