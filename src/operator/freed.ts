/** Rows and bytes that a sweep took from the table: what writers have left behind before it is not counted. */
export interface Freed {
  readonly rows: number;
  readonly bytes: number;
}

export const nothingFreed: Freed = Object.freeze({ rows: 0, bytes: 0 });

export const freedTogether = (a: Freed, b: Freed): Freed => ({ rows: a.rows + b.rows, bytes: a.bytes + b.bytes });
