import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { nodeOf } from '../../.ci/other-nodes.mjs';
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

describe('the command line beside TypeScript 7, which no program can call', () => {
  const INSTALL = 'npm install --save-dev @swc/core';

  /** A configuration without decorators, and a schema with them; also as a snapshot. */
  function folderBesideSeven(): string {
    const { folder } = consumer(tarball, 'module');
    symlinkSync(resolve('node_modules/typescript-native'), join(folder, 'node_modules/typescript'));
    const notes = `import { defineSchema, Field, ItemType, KeyPath } from 'ductile';\n${NOTE}\nexport const notes = defineSchema({ name: 'notes', types: [Note] });`;
    writeFileSync(join(folder, 'notes.ts'), notes);
    writeFileSync(
      join(folder, 'ductile.config.ts'),
      "import type { DuctileConfig } from 'ductile/operator';\nexport default { schema: 'none.json' } satisfies DuctileConfig;",
    );
    return folder;
  }

  const refusal = async (program: string, folder: string, ...words: readonly string[]): Promise<string> => {
    const main = join(folder, 'node_modules/ductile/dist/esm/cli/main.js');
    const { stderr } = await promisify(execFile)(program, [main, 'snapshot', ...words], { cwd: folder }).catch(
      (error: { stderr: string }) => error,
    );
    return stderr;
  };

  test('says which compiler to install', async () => {
    const { program, missing } = nodeOf(24);
    if (missing !== undefined) process.stderr.write(`Type stripping by Node 24 is left out. ${missing}\n`);
    for (const node of program === undefined ? [process.execPath] : [process.execPath, program]) {
      expect(await refusal(node, folderBesideSeven(), '--schema', 'notes.ts')).toContain(INSTALL);
    }
  });

  test("loads a configuration without decorators by Node's own type stripping, where Node has it", async () => {
    const { program = process.execPath } = nodeOf(24);
    const strips = program !== process.execPath || 'typescript' in process.features;
    expect(await refusal(program, folderBesideSeven())).toMatch(
      strips ? /There is no schema file \S+none\.json/ : new RegExp(`ductile\\.config\\.ts is TypeScript .*${INSTALL}`),
    );
  });
});

describe('the types of the package', () => {
  /** What a library exports, whose own declarations the compiler writes from these. */
  const EXPORTED = `
import { arrayOf, defineSchema, enumType, Field, ItemType, KeyPath, mapOf, Migration, ObjectType, openStore, publish, setOf, snapshotOf } from 'ductile';
import type { DynamoClient } from 'ductile';
import { startLocalEngine } from 'ductile/local';
import { backfill, census, doctor, inspect, plan, status, verify, works } from 'ductile/operator';
import type { OperatorOptions } from 'ductile/operator';
import { mixedFleet } from 'ductile/testing';

export const Status = enumType('Status', ['open', 'closed']);
export enum Level { Low, High }
export const LevelType = enumType('Level', Level);
export const collections = { list: arrayOf('string'), table: mapOf('int'), tags: setOf(Status), nested: arrayOf(mapOf(LevelType)) };
export const list = arrayOf(Status);
export const text = Field('string');
export const left = Field();
export const stated = Field({ type: Status, required: false });
export const byId = KeyPath('/note-:id');
export const item = ItemType('Note');
export const part = ObjectType('Part');
export const first = Migration({ from: 1, description: 'First' });
export class Note {
  id!: string;
}
export const schema = defineSchema({ name: 'notes', types: [Note] });
export const snapshot = snapshotOf(schema);
export const models = { note: schema.typeOf(Note), classes: schema.classes, versions: schema.versions };
export async function use(client: DynamoClient, options: OperatorOptions) {
  const store = await openStore({ schema, table: 'notes', client });
  const notes = store.repository(Note);
  const listed = notes.listByKeyPath('/note-', {});
  const several = store.listByKeyPath('/note-', {}, { types: [Note] });
  const published = await publish({ schema, table: 'notes', client });
  return { store, notes, listed, page: await listed.page(), several, published, engine: await startLocalEngine() };
}
export const operate = async (options: OperatorOptions) => [
  await backfill(options), await verify(options), await status(options), await census(options), await plan(options),
  await works(options), await doctor(options), await inspect({ ...options, key: '/note-a' }),
] as const;
export async function fleet() {
  const running = await mixedFleet({ 1: { Note } }, { schema });
  return { running, one: running.at(1), any: running.any(), notes: running.any().repository('Note') };
}
`;

  const SETTINGS = [
    { module: 'NodeNext' },
    { module: 'Node16' },
    { module: 'ESNext', moduleResolution: 'Bundler' },
    { module: 'CommonJS', moduleResolution: 'Node10', ignoreDeprecations: '6.0' },
  ];

  test.each(['module', 'commonjs'] as const)(
    'can be named by the declarations of a package of type %s, in every module setting',
    (type) => {
      const { check } = consumer(tarball, type);
      for (const settings of SETTINGS) {
        expect([settings, check(EXPORTED, { declaration: true, ...settings })]).toEqual([settings, '']);
      }
    },
  );

  test('are right under exactOptionalPropertyTypes, with standard decorators, without ESNext.Decorators in lib', () => {
    const standard = NOTE.replace('@Field()', "@Field('string')");
    const source = `import { Field, ItemType, KeyPath, Migration, ObjectType, type Migrator } from 'ductile';\n${standard}
@ObjectType('Part')
class Part {
  @Field('int') size!: number;
}
@Migration({ from: 1, description: 'Parts' })
class AddParts {
  change(m: Migrator): void {
    m.changeType('Note', (t) => t.addField('parts'));
  }
}
export const classes = [Note, Part, AddParts];`;
    const settings = { experimentalDecorators: false, emitDecoratorMetadata: false, exactOptionalPropertyTypes: true };
    expect(consumer(tarball, 'module').check(source, settings)).toBe('');
  });
});

test('the package is what users need: no source maps, and at most 4.2 MB', () => {
  const { folder } = consumer(tarball, 'module');
  const root = join(folder, 'node_modules/ductile');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  expect(files.filter((name) => name.endsWith('.map'))).toEqual([]);
  const bytes = files
    .map((name) => statSync(name))
    .filter((stat) => stat.isFile())
    .reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThan(4_200_000);
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
