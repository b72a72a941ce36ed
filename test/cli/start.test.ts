import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const src = resolve(import.meta.dirname, '../../src');

/** What is loaded with a file: every import that is none of types, and none that waits for its moment. */
function loadedWith(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^']+)';/gm);
  for (const [, named = ''] of imports) {
    if (!named.startsWith('.')) known.add(named);
    else loadedWith(resolve(dirname(file), named.replace(/\.js$/, '.ts')), known);
  }
  return known;
}

test('help and version are told without the SDK, and without what acts on a table', () => {
  const loaded = [...loadedWith(join(src, 'cli/main.ts'))];
  const files = loaded.filter((name) => existsSync(name)).map((name) => relative(src, name));
  expect(files).toContain('cli/commands/verify.ts');
  expect(loaded.filter((name) => !existsSync(name) && !name.startsWith('node:'))).toEqual([]);
  expect(
    files.filter((file) => /^(operator|dynamo|store|local|cli\/actions|cli\/loading\/load-file)/.test(file)),
  ).toEqual([]);
});
