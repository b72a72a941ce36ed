import type { DataJob } from 'ductile/operator';
import { Note } from './notes.js';

export class Shout implements DataJob<Note> {
  readonly name = 'shout';
  readonly type = Note;
  each(note: Note): void {
    note.text = note.text.toUpperCase();
  }
}
