import { DuctileError } from '../errors/ductile-error.js';

/** A pass of that id is recorded in the table for something else; nothing was done. */
export class WorkTakenError extends DuctileError {
  static override readonly code = 'WORK_TAKEN';

  constructor(table: string, work: string, recorded: string, wanted: string) {
    super(
      `The pass ${work} over table ${table} is recorded there for items of ${recorded}, and this one is for items ` +
        `of ${wanted}: nothing was done. Give the job another name; or, once the recorded one has ended, begin it anew ` +
        'with again: true (--again).',
      { table, work, recorded, wanted },
    );
  }
}
