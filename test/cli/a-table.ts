import { randomUUID } from 'node:crypto';
import type { LocalEngine } from '../../src/local/index.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import { openStore } from '../../src/index.js';
import { NoteV1, notesV1 } from './schemas/notes-v1.js';
import { folderWith, schemaText } from './terminal.js';

/** A table with notes of version 1, and a folder from where `ductile` is told of it by a configuration file. */
export async function tableOfNotes({ client, endpoint }: LocalEngine, schema: PublishableSchema, items = 12) {
  const table = `notes-${randomUUID()}`;
  const store = await openStore({ schema: notesV1, table, client, createTable: true, publish: 'auto' });
  const repository = store.repository(NoteV1);
  const userId = 'ann';
  const all = Array.from({ length: items }, (_, n) =>
    repository.insert(repository.create({ userId, noteId: `n${n}`, text: `text ${n}` })),
  );
  await Promise.all(all);
  const folder = folderWith({
    'ductile.config.json': JSON.stringify({ schema: 'schema.json', table, endpoint }),
    'schema.json': schemaText(schema),
  });
  return { table, folder, notes: repository, close: () => store.close() };
}
