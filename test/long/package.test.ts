import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalEngine } from '../../src/local/index.js';
import { consumer, pack } from './consumer.js';

const NOTE = `
@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId', '/topic-:topic/note-:noteId')
class Note {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
  @Field() topic!: string;
  @Field({ type: 'int', required: false }) stars?: number;
}`;

const APPLICATION = `
import { defineSchema, Field, ItemType, KeyPath, openStore, publish } from 'ductile';
import { startLocalEngine } from 'ductile/local';
${NOTE}
async function main(): Promise<void> {
  const { client } = await startLocalEngine();
  const schema = defineSchema({ name: 'notes', types: [Note], migrations: [] });
  const store = await openStore({ schema, table: 'notes', client, createTable: true, publish: 'auto' });
  await publish({ schema, table: 'notes', client });
  const notes = store.repository(Note);
  await notes.insert(notes.create({ userId: 'ann', noteId: 'first', topic: 'tea', stars: 3 }));
  const found = await notes.findByKeyPath('/user-:userId/note-:noteId', { userId: 'ann', noteId: 'first' });
  console.log(JSON.stringify({ found, isNote: found instanceof Note }));
  for await (const note of notes.listByKeyPath('/topic-:topic', { topic: 'tea' })) console.log(note.noteId);
  await store.close();
}
void main();
`;

const SKEWED = `
import { defineSchema, Field, ItemType, KeyPath, Migration, type Migrator, type SchemaMigration } from 'ductile';
import { mixedFleet } from 'ductile/testing';

@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId')
class NoteV1 {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
}

@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId', '/topic-:topic/note-:noteId')
class Note {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
  @Field({ type: 'string', readDefault: 'none' }) topic!: string;
}

@Migration({ from: 1, description: 'Topics' })
class AddTopic implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Note', (t) => {
      t.addField('topic');
      t.addKeyPath('/topic-:topic/note-:noteId');
    });
  }
}

async function main(): Promise<void> {
  const schema = defineSchema({ name: 'notes', types: [Note], migrations: [AddTopic] });
  const fleet = await mixedFleet({ 1: { Note: NoteV1 }, 2: { Note } }, { schema, seed: 7 });
  await fleet.run(async () => {
    const notes = fleet.any().repository('Note');
    await notes.insert(notes.create({ userId: 'ann', noteId: 'first' }));
  });
  const found = await fleet.at(2).repository('Note').listByKeyPath('/topic-:topic', { topic: 'none' }).toArray();
  console.log(JSON.stringify({ found, running: fleet.running }));
  await fleet.stop();
}
void main();
`;

let tarball: string;
beforeAll(() => {
  tarball = pack();
});

describe.each(['module', 'commonjs'] as const)('an application of type %s with the packed package', (type) => {
  test.each(['tsc', 'swc'] as const)('works when compiled by %s, and ends by itself', (compiler) => {
    const [read, listed] = consumer(tarball, type).run(APPLICATION, compiler).split('\n');
    expect(JSON.parse(read!)).toEqual({
      found: { userId: 'ann', noteId: 'first', topic: 'tea', stars: 3 },
      isNote: true,
    });
    expect(listed).toBe('first');
  });

  test.each(['tsc', 'swc'] as const)('tests itself under version skew when compiled by %s', (compiler) => {
    expect(JSON.parse(consumer(tarball, type).run(SKEWED, compiler))).toEqual({
      found: [{ userId: 'ann', noteId: 'first', topic: 'none' }],
      running: [1, 2],
    });
  });
});

describe.each([
  ['module', 'swc'],
  ['commonjs', 'tsc'],
] as const)('the command line in an application of type %s', (type, compiler) => {
  test(`takes its schema in TypeScript, compiled by its own ${compiler}`, async () => {
    const { folder } = consumer(tarball, type);
    const modules = join(folder, 'node_modules');
    const name = compiler === 'swc' ? '@swc/core' : 'typescript';
    mkdirSync(join(modules, '@swc'), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(modules, name));
    writeFileSync(
      join(folder, 'notes.ts'),
      `import { defineSchema, Field, ItemType, KeyPath } from 'ductile';\n${NOTE}\nexport const notes = defineSchema({ name: 'notes', types: [Note] });`,
    );
    await using engine = await startLocalEngine();
    const where = ['--schema', 'notes.ts', '--table', 'notes', '--endpoint', engine.endpoint];
    const ductile = join(modules, 'ductile', 'dist/esm/cli/main.js');
    const { stdout, stderr } = await promisify(execFile)(ductile, ['publish', '--create-table', ...where], {
      cwd: folder,
    });
    expect({ stdout, stderr }).toEqual({
      stdout: "Created table notes.\nPublished version 1 of schema 'notes' to table notes.\n",
      stderr: '',
    });
  });
});

describe('two copies of the package in one process', () => {
  test('know the same classes, schemas and errors', () => {
    const output = consumer(tarball, 'commonjs').run(
      `
import { DuctileError, Field, ItemExistsError, ItemType, KeyPath } from 'ductile';
import * as required from 'ductile';
${NOTE}
async function main(): Promise<void> {
  const imported: typeof required = await import('ductile' as string);
  const { startLocalEngine } = await import('ductile/local' as string);
  const { client } = await startLocalEngine();
  const store = await imported.openStore({
    schema: imported.defineSchema({ name: 'notes', types: [Note], migrations: [] }),
    ...{ table: 'notes', client, createTable: true, publish: 'auto' },
  });
  const notes = store.repository(Note);
  const insert = () => notes.insert(notes.create({ userId: 'ann', noteId: 'first', topic: 'tea' }));
  await insert();
  const error = await insert().catch((error: unknown) => error);
  const other = await required.openStore({
    schema: required.defineSchema({ name: 'notes', types: [Note], migrations: [] }),
    ...{ table: 'notes', client },
  });
  const found = await other.repository(Note).findByKeyPath('/user-:userId/note-:noteId', { userId: 'ann', noteId: 'first' });
  console.log(JSON.stringify({
    copies: required.defineSchema === imported.defineSchema ? 1 : 2,
    errors: [error instanceof ItemExistsError, error instanceof DuctileError],
    found,
  }));
  await Promise.all([store.close(), other.close()]);
}
void main();
`,
      'swc',
    );
    expect(JSON.parse(output)).toEqual({
      copies: 2,
      errors: [true, true],
      found: { userId: 'ann', noteId: 'first', topic: 'tea' },
    });
  });
});
