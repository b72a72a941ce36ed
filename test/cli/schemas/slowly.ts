import { setTimeout as sleep } from 'node:timers/promises';
import type { DataJob } from 'ductile/operator';
import { Note } from './notes.js';

/** A job that takes more than half a second for each item. */
export class Slowly implements DataJob<Note> {
  readonly name = 'slowly';
  readonly type = Note;
  async each(): Promise<void> {
    await sleep(600);
  }
}
