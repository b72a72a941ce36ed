import { setTimeout as sleep } from 'node:timers/promises';
import type { DataJob, JobContext } from 'ductile/operator';
import { Note } from './notes.js';

/** A job that waits for another service, as long as it is let. */
export class Slow implements DataJob<Note> {
  readonly name = 'slow';
  readonly type = Note;
  async each(_: Note, { signal }: JobContext): Promise<void> {
    await sleep(60_000, undefined, { signal });
  }
}
