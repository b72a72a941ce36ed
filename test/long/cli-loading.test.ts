import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalEngine, startLocalEngine } from '../../src/local/index.js';
import { piped } from '../cli/processes.js';
import { notes } from '../cli/schemas/notes.js';
import { folderWith, schemaText } from '../cli/terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startLocalEngine();
});
afterAll(() => engine.stop());

const root = resolve(import.meta.dirname, '../..');

/** A project as a user has it: a package of some type, with a compiler of its own. */
function project(
  type: 'module' | 'commonjs',
  compiler: '@swc/core' | 'typescript',
  files: Record<string, string>,
): string {
  const folder = folderWith({ 'package.json': JSON.stringify({ type }), 'notes.ts': notesSource, ...files });
  mkdirSync(join(folder, 'node_modules', '@swc'), { recursive: true });
  symlinkSync(join(root, 'node_modules', compiler), join(folder, 'node_modules', compiler));
  return folder;
}

const notesSource = readFileSync(join(root, 'test/cli/schemas/notes.ts'), 'utf8');

describe('a schema in TypeScript is compiled by the compiler of its project', () => {
  const published = async (folder: string): Promise<void> => {
    const where = ['--schema', 'schema.ts', '--table', 'none', '--endpoint', engine.endpoint];
    const { exit, stdout, stderr } = await piped(['publish', '--dry-run', '--create-table', ...where], { folder });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain("Would publish versions 1, 2 of schema 'notes' to table none.");
  };

  test.concurrent.each([
    ['@swc/core', "export { notes as default } from './notes.js';"],
    ['typescript', "import { notes } from './notes';\nexport const one = notes;"],
  ] as const)('%s, as ES modules, with the metadata of decorators', async (compiler, source) => {
    await published(project('module', compiler, { 'schema.ts': source }));
  });

  // This package is found by require only where it is built: see the tests of the packed one.
  const data =
    "import { readFileSync } from 'node:fs';\nenum File { Schema = 'schema.json' }\nexport const text = readFileSync(`${__dirname}/${File.Schema}`, 'utf8');";
  test.concurrent.each([
    ['@swc/core', "import { text } from './data';\nexport const one: object = JSON.parse(text);"],
    ['typescript', "import { text } from './data.js';\nexport default JSON.parse(text) as object;"],
  ] as const)('%s, as CommonJS', async (compiler, source) => {
    await published(
      project('commonjs', compiler, { 'schema.ts': source, 'data.ts': data, 'schema.json': schemaText(notes) }),
    );
  });
});

describe('a project is taken as it is', () => {
  const dry = ['publish', '--dry-run', '--create-table', '--table', 'none'];
  const published = async (folder: string, ...more: readonly string[]): Promise<void> => {
    const { exit, stdout, stderr } = await piped([...dry, '--endpoint', engine.endpoint, ...more], { folder });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain("Would publish versions 1, 2 of schema 'notes' to table none.");
  };
  const aliases = {
    'tsconfig.json': '{ "extends": "./tsconfig.base.json" } // of all',
    'tsconfig.base.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./*"] } } }',
  };

  test.concurrent.each(['@swc/core', 'typescript'] as const)('path aliases, in ES modules, by %s', async (compiler) => {
    const source = "export { notes as default } from '@/notes';";
    await published(project('module', compiler, { ...aliases, 'schema.ts': source }), '--schema', 'schema');
  });

  test.concurrent.each(['@swc/core', 'typescript'] as const)('path aliases, in CommonJS, by %s', async (compiler) => {
    const files = {
      ...aliases,
      'data.ts':
        "import { readFileSync } from 'node:fs';\nexport const text = readFileSync(`${__dirname}/schema.json`, 'utf8');",
      'schema.json': schemaText(notes),
      'schema.ts': "import { text } from '@/data';\nexport default JSON.parse(text) as object;",
    };
    await published(project('commonjs', compiler, files), '--schema', 'schema.ts');
  });

  test.concurrent('a package of the workspace in TypeScript, whatever its format', async () => {
    for (const type of ['module', 'commonjs'] as const) {
      const folder = project('module', '@swc/core', {
        'schema.ts': "import { text } from '@acme/data';\nexport default JSON.parse(text) as object;",
        'schema.json': schemaText(notes),
      });
      const shared = folderWith({
        'package.json': JSON.stringify({ name: '@acme/data', type, main: './main.ts' }),
        'main.ts': `import { readFileSync } from 'node:fs';\nexport const text: string = readFileSync('${join(folder, 'schema.json')}', 'utf8');`,
      });
      mkdirSync(join(folder, 'node_modules/@acme'));
      symlinkSync(shared, join(folder, 'node_modules/@acme/data'));
      await published(folder, '--schema', 'schema.ts');
    }
  });

  test.concurrent('a configuration in TypeScript that is a function', async () => {
    const folder = project('module', 'typescript', {
      ...aliases,
      'ductile.config.ts': "import { notes } from '@/notes.js';\nexport default async () => ({ schema: notes });",
    });
    await published(folder);
  });
});

test.concurrent(
  'several schemas in a file are told apart by name; a configuration in TypeScript has the schema itself',
  async () => {
    const folder = project('module', '@swc/core', {
      'schema.ts':
        "import { notes } from './notes.js';\nexport { defineSchema } from 'ductile';\nexport { notes };\nexport const copy = { ...notes };",
    });
    const where = ['--table', 'none', '--endpoint', engine.endpoint, '--dry-run', '--create-table'];
    const several = await piped(['publish', '--schema', 'schema.ts', ...where], { folder });
    expect(several.stderr).toMatch(/exports several schemas: say which with --export copy\|notes\. \[SCHEMA_FILE\]\n$/);
    const wrong = await piped(['publish', '--schema', 'schema.ts', '--export', 'note', ...where], { folder });
    expect(wrong.stderr).toContain("has no schema under the name 'note'; did you mean 'notes'?");
    writeFileSync(
      join(folder, 'ductile.config.ts'),
      "import type { DuctileConfig } from 'ductile/operator';\nimport { notes } from './notes.js';\nexport default { schema: notes } satisfies DuctileConfig;",
    );
    expect(await piped(['publish', ...where], { folder })).toMatchObject({ exit: 0 });
  },
);
