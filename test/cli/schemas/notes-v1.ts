import { defineSchema, Field, ItemType, KeyPath } from 'ductile';

@ItemType('Note')
@KeyPath('/user-:userId/note-:noteId')
export class NoteV1 {
  @Field('string') userId!: string;
  @Field('string') noteId!: string;
  @Field() text!: string;
}

export const notesV1 = defineSchema({ name: 'notes', types: [NoteV1] });
