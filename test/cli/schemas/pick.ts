import type { DataJob } from 'ductile/operator';
import { Note } from './notes.js';

/** A job that cannot do one of the items, and says so on two lines. */
export class Pick implements DataJob<Note> {
  readonly name = 'pick';
  readonly type = Note;
  each(note: Note): void {
    if (note.noteId === 'n4') throw new Error('This one?\n  No.');
  }
}
