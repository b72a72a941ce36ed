import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { fileNamed } from '../../src/cli/loading/file-named.js';
import { importedFile } from '../../src/cli/loading/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { notes } from './schemas/notes.js';
import { folderWith, schemaText, typed } from './terminal.js';

/** A new folder with files in folders of their own. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe('a file is found whatever form its name is typed in', () => {
  const root = tree({
    'src/schema.ts': '',
    'src/index.ts': '',
    'a folder/100 %.ts': '',
    'node_modules/@acme/schema/package.json': '{ "name": "@acme/schema", "main": "./lib/main.js" }',
    'node_modules/@acme/schema/lib/main.js': '',
  });

  test.each([
    ['src/schema.ts', 'src/schema.ts'],
    ['./src/schema.ts', 'src/schema.ts'],
    ['src/schema', 'src/schema.ts'],
    ['src/schema.js', 'src/schema.ts'],
    ['src', 'src/index.ts'],
    ['./src/', 'src/index.ts'],
    ['file:src/schema.ts', 'src/schema.ts'],
    [join(root, 'src/schema.ts'), 'src/schema.ts'],
    [pathToFileURL(join(root, 'src/schema.ts')).href, 'src/schema.ts'],
    ['a folder/100 %.ts', 'a folder/100 %.ts'],
    [pathToFileURL(join(root, 'a folder/100 %.ts')).href, 'a folder/100 %.ts'],
    ['@acme/schema', 'node_modules/@acme/schema/lib/main.js'],
    ['src/none.ts', 'src/none.ts'],
  ])('%s', (named, file) => {
    expect(fileNamed(root, named)).toBe(join(root, file));
  });

  test('in the home of the user', () => {
    expect(fileNamed('/', '~/schema.json')).toBe(join(homedir(), 'schema.json'));
  });
});

describe('an import in TypeScript means what the project says', () => {
  const root = tree({
    // As editors leave it: comments, and commas at the end.
    'tsconfig.json':
      '{\n  // all\n  "extends": ["@acme/tsconfig", "./base"],\n  "compilerOptions": { "strict": true, },\n}',
    'base.json':
      '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["none/*", "src/*"], "@/special/*": ["special/*"], "model": ["src/model"] } } }',
    'src/app/main.ts': '',
    'src/model/index.ts': '',
    'src/notes.ts': '',
    'src/notes.tsx': '',
    'special/notes.ts': '',
    'node_modules/@acme/tsconfig/package.json': '{ "name": "@acme/tsconfig" }',
    'node_modules/@acme/tsconfig/tsconfig.json': '{ "compilerOptions": { "paths": { "lost": ["lost"] } } }',
    'parts/tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
    'parts/tsconfig.app.json': '{ "compilerOptions": { "paths": { "~/*": ["${configDir}/lib/*"] } } }',
    'parts/lib/notes.ts': '',
    'circle/tsconfig.json': '{ "extends": "./tsconfig.json" }',
    'broken/tsconfig.json': '{ "compilerOptions": ',
  });
  const meant = (specifier: string, from = 'src/app/main.ts'): string | undefined =>
    importedFile(specifier, join(root, from))?.slice(root.length + 1);

  test.each([
    ['@/notes', 'src/notes.ts'],
    ['@/notes.js', 'src/notes.ts'],
    ['@/special/notes', 'special/notes.ts'],
    ['model', 'src/model/index.ts'],
    ['../notes', 'src/notes.ts'],
    ['src/notes', 'src/notes.ts'],
    ['lost', undefined],
    ['node:fs', undefined],
    ['ductile', undefined],
  ])('%s', (specifier, file) => {
    expect(meant(specifier)).toBe(file);
  });

  test('where the configuration only names the parts of the project', () => {
    expect(meant('~/notes', 'parts/main.ts')).toBe('parts/lib/notes.ts');
  });

  test('and nothing, where the configuration extends itself or cannot be read', () => {
    expect([meant('@/notes', 'circle/main.ts'), meant('@/notes', 'broken/main.ts')]).toEqual([undefined, undefined]);
  });
});

describe('a configuration', () => {
  const configured = (code: string): string =>
    folderWith({ 'ductile.config.mjs': code, 'schema.json': schemaText(notes) });

  test.each([
    ['a promise', "export default Promise.resolve({ schema: 'schema.json' });"],
    ['a function', "export default () => ({ schema: 'schema.json' });"],
    ['a function that gives a promise', "export default async () => ({ schema: 'schema' });"],
    ['of CommonJS that gives a function', "module.exports = () => ({ schema: './schema.json' });"],
  ])('may be %s', async (what, code) => {
    const name = what.includes('CommonJS') ? 'ductile.config.cjs' : 'ductile.config.mjs';
    const folder = folderWith({ [name]: code, 'schema.json': schemaText(notes) });
    expect(await typed(['snapshot', '--check', 'schema.json'], { folder })).toMatchObject({ exit: 0, stderr: '' });
  });

  test('that throws is told in one line', async () => {
    const folder = configured("export default () => { throw new Error('no stage'); };");
    const { exit, stderr } = await typed(['snapshot'], { folder });
    expect(stderr).toMatch(/^ductile: The configuration \S+ cannot be made: no stage \[CONFIG\]\n$/);
    expect(exit).toBe(2);
  });
});

test('a package of a workspace, whose sources are TypeScript, is meant by its name', () => {
  const root = tree({
    'packages/schema/package.json': '{ "name": "@acme/schema", "main": "./src/index.ts" }',
    'packages/schema/src/index.ts': '',
    'app/package.json': '{}',
  });
  mkdirSync(join(root, 'app/node_modules/@acme'), { recursive: true });
  symlinkSync(join(root, 'packages/schema'), join(root, 'app/node_modules/@acme/schema'));
  expect(fileNamed(join(root, 'app'), '@acme/schema')).toBe(join(root, 'packages/schema/src/index.ts'));
});
