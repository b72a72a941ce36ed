import type { DeclaredItemType } from '../../src/decorators/declared.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import type { Schema } from '../../src/schema/schema.js';
import type { MigrationStep, RecordedMigration } from '../../src/schema/steps.js';
import { field } from '../schema/declare-by-hand.js';

/*
 * A library in three versions. Version 2 adds key paths to members and books: one that two members can quarrel about
 * (their e-mail), and one for each type that lists. Version 3 adds another to books.
 */

export const BY_ID = '/member-:id';
export const BY_EMAIL = '/email-:email';
export const BY_TEAM = '/team-:team/member-:id';
export const BY_ISBN = '/book-:isbn';
export const BY_SHELF = '/shelf-:shelf/book-:isbn';
export const BY_TITLE = '/title-:title/book-:isbn';

export class Member {
  id!: string;
  email?: string;
  team?: string;
  note?: string;
}

export class Book {
  isbn!: string;
  shelf?: string;
  title?: string;
}

const optional = { required: false } as const;

const member = (...keyPaths: string[]): DeclaredItemType => ({
  name: 'Member',
  class: Member,
  keyPaths: [BY_ID, ...keyPaths],
  fields: [
    field('id', 'string'),
    field('email', 'string', optional),
    field('team', 'string', optional),
    field('note', 'string', optional),
  ],
});
const book = (...keyPaths: string[]): DeclaredItemType => ({
  name: 'Book',
  class: Book,
  keyPaths: [BY_ISBN, ...keyPaths],
  fields: [field('isbn', 'string'), field('shelf', 'string', optional), field('title', 'string', optional)],
});

const adds = (name: string, ...templates: string[]): MigrationStep => ({
  op: 'changeType',
  name,
  changes: templates.map((template) => ({ op: 'addKeyPath', template })),
});
const migrations: readonly RecordedMigration[] = [
  { name: 'Two', from: 1, description: 'find', steps: [adds('Member', BY_EMAIL, BY_TEAM), adds('Book', BY_SHELF)] },
  { name: 'Three', from: 2, description: 'titles', steps: [adds('Book', BY_TITLE)] },
];

const release = (version: number, ...types: DeclaredItemType[]): Schema =>
  schemaFrom('library', { types, objects: [], enums: [] }, migrations.slice(0, version - 1));

export const v1 = release(1, member(), book());
export const v2 = release(2, member(BY_EMAIL, BY_TEAM), book(BY_SHELF));
export const v3 = release(3, member(BY_EMAIL, BY_TEAM), book(BY_SHELF, BY_TITLE));
