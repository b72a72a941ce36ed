import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from './a-table.js';
import { inTerminal, piped } from './processes.js';
import { notes } from './schemas/notes.js';
import { folderWith } from './terminal.js';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const root = resolve(import.meta.dirname, '../..');

test.concurrent('in a pipe, progress is plain lines, and the result alone on standard output', async () => {
  const { folder, close } = await tableOfNotes(engine, notes);
  await close();
  await piped(['publish'], { folder });
  const { exit, stdout, stderr } = await piped(['backfill', 'run', '--json'], { folder });
  expect(JSON.parse(stdout)).toMatchObject({ written: 12 });
  expect(stderr).toMatch(/^(Sweep: [\w ,/.:]+\n)+$/);
  expect(exit).toBe(0);
});

test.concurrent('in a terminal, Ctrl-C in the middle of a drain leaves a clean line, and 130', async () => {
  const { folder, close } = await tableOfNotes(engine, notes);
  await close();
  await piped(['publish', '--create-guard', 'age'], { folder });
  const { exit, stdout } = await inTerminal(['backfill', 'run'], { folder, interruptAt: /Drain/ });
  expect(exit).toBe(130);
  expect(stdout).toMatch(/Drain [█░]+ 1\d:\d\d left · waiting for processes that slept/);
  expect(stdout).toContain('\r\u001B[2K');
  expect(stdout).toContain('Go on: ductile backfill run\r\n');
});

test.concurrent(
  'a schema in TypeScript is compiled by swc, if the project has it, with the metadata of decorators',
  async () => {
    const { folder, table, close } = await tableOfNotes(engine, notes);
    await close();
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'schema.ts'), "export { notes as default } from './notes';");
    copyFileSync(join(root, 'test/cli/schemas/notes.ts'), join(folder, 'notes.ts'));
    mkdirSync(join(folder, 'node_modules/@swc'), { recursive: true });
    symlinkSync(join(root, 'node_modules/@swc/core'), join(folder, 'node_modules/@swc/core'));
    expect(await piped(['publish', '--schema', 'schema.ts'], { folder })).toMatchObject({
      exit: 0,
      stdout: `Published version 2 of schema 'notes' to table ${table}.\nNext: ductile backfill run --schema schema.ts\n`,
      stderr: '',
    });
  },
);

describe('what is wrong in TypeScript is told in one line, with the file and the line', () => {
  test.concurrent.each([
    ['swc', '@swc/core'],
    ['tsc', 'typescript'],
  ])('by %s', async (_, compiler) => {
    const folder = folderWith({
      'package.json': '{ "type": "module" }',
      'schema.ts': "export { notes } from './notes';\n",
      'notes.ts': 'export class Note {\n  text: = 1;\n}\n',
    });
    const installed = join(folder, 'node_modules', compiler);
    mkdirSync(dirname(installed), { recursive: true });
    symlinkSync(join(root, 'node_modules', compiler), installed);
    const place = ['--table', 'notes', '--endpoint', 'http://127.0.0.1:9'];
    const { exit, stderr } = await piped(['publish', '--schema', 'schema.ts', ...place], { folder });
    expect(stderr).toMatch(
      /^ductile: The schema file \S+schema\.ts cannot be loaded: \S+notes\.ts:2: \S.* \[SCHEMA_FILE\]\n$/,
    );
    expect(exit).toBe(2);
  });
});
