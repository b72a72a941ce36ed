import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

const known = new Map();

/** The files of this repository that a file imports, types included: a cycle of types is one thing in two files too. */
function importsOf(file) {
  if (!known.has(file)) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
    const targets = importedFiles
      .filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => resolve(dirname(file), fileName.replace(/js$/, 'ts')));
    known.set(file, targets.filter(existsSync));
  }
  return known.get(file);
}

/** The way along imports from one file to another, or undefined. */
function path(from, to, seen = new Set()) {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of importsOf(from)) {
    const rest = path(next, to, seen);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

/** Reports an import that leads back to the file that it stands in. */
export const noImportCycles = {
  meta: { type: 'problem', schema: [], messages: { cycle: 'This import leads back here: {{way}}' } },
  create(context) {
    const check = (node) => {
      if (!node.source?.value.startsWith('.')) return;
      const target = resolve(dirname(context.filename), node.source.value.replace(/js$/, 'ts'));
      const way = existsSync(target) ? path(target, context.filename) : undefined;
      if (way === undefined) return;
      const names = way.map((file) => relative(context.cwd, file)).join(' → ');
      context.report({ node, messageId: 'cycle', data: { way: names } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};
