import { defineSchema, Field, ItemType, KeyPath, Migration, type Migrator, type SchemaMigration } from 'ductile';

@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId', '/text-:text/note-:noteId')
export class Note {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
  // Its type is only in the metadata of the decorator.
  @Field() text!: string;
}

@Migration({ from: 1, description: 'Notes by their text' })
class AddText implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Note', (t) => t.addKeyPath('/text-:text/note-:noteId'));
  }
}

export const notes = defineSchema({ name: 'notes', types: [Note], migrations: [AddText] });
