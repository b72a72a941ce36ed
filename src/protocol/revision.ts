import { randomFillSync } from 'node:crypto';

/** 96 random bits: no two writes of the world share a revision, so an item that is created again is told apart. */
const REVISION_BYTES = 12;

/** Random bytes are drawn for many revisions at once: a draw costs more than all else that a write computes. */
const drawn = Buffer.alloc(REVISION_BYTES * 256);
let used = drawn.length;

/** A new revision, as 16 characters of base64url. */
export function newRevision(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  return drawn.toString('base64url', used, (used += REVISION_BYTES));
}
