import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  defineSchema,
  Field,
  ItemType,
  KeyPath,
  Migration,
  type Migrator,
  type SchemaMigration,
} from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { startEngine } from '../support/engine.js';
import { tableOfNotes } from './a-table.js';
import { typed } from './terminal.js';

@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId', '/label-:label')
class Note {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
  @Field('string') text!: string;
  @Field({ type: 'string', readDefault: 'plain' }) label!: string;
}

@Migration({ from: 1, description: 'Notes by their label' })
class AddLabel implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Note', (t) => {
      t.addField('label');
      t.addKeyPath('/label-:label');
    });
  }
}

const labels = defineSchema({ name: 'notes', types: [Note], migrations: [AddLabel] });

let engine: LocalEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

test('publish and plan warn of a key path on which all older items meet', async () => {
  const { folder, close } = await tableOfNotes(engine, labels, 3);
  await close();
  const said = async (line: string): Promise<string> => (await typed(line.split(' '), { folder })).stdout;
  const json = async (line: string): Promise<unknown> => JSON.parse(await said(`${line} --json`));
  const line = `Warning: ${labels.warnings[0]!.message}`;
  expect(await said('publish --dry-run')).toContain(line);
  expect(await json('publish --dry-run')).toMatchObject({ warnings: labels.warnings });
  expect(await said('publish')).toContain(line);
  expect(await said('publish')).not.toContain('Warning');
  expect(await said('plan')).toContain(line);
  expect(await json('plan')).toMatchObject({ warnings: labels.warnings });
  expect(await said('backfill run --dry-run')).toContain(line);
});

test('and not where the table had no older items', async () => {
  const { folder, close } = await tableOfNotes(engine, labels, 0);
  await close();
  const said = async (line: string): Promise<string> => (await typed(line.split(' '), { folder })).stdout;
  expect(await said('publish --table fresh-labels --create-table')).not.toContain('Warning');
  expect(await said('plan --table fresh-labels')).not.toContain('Warning');
});
