import { createHash } from 'node:crypto';
import { InvalidCursorError } from './errors.js';

/** The form of cursors: raised where an older process could not read a newer one's. */
const FORM = '1';
const CHECKSUM_BYTES = 9;
const CHECKSUM_TEXT = (CHECKSUM_BYTES / 3) * 4;

/**
 * The text of a cursor: where to go on after, and a checksum over that and over what the list is. It holds storage
 * words only, so it is good in every process and schema version.
 *
 * The checksum finds damage and mix-ups. It is no signature and needs to be none: the partition never comes from a
 * cursor, and a sort key outside the list is refused, so a forged one can only skip items of its own list.
 *
 * @param list a text that is the same for the same list only
 * @param sk the sort key of the last item
 *
 * @example writeCursor('["/customer-7f…","/order-",…]', '/order-a1…') // '1q83vNc0ZbF2aL29yZGVyLWEx4oCm'
 */
export function writeCursor(list: string, sk: string): string {
  return FORM + checksum(list, sk) + Buffer.from(sk, 'utf8').toString('base64url');
}

/**
 * The sort key that a cursor of this list holds.
 *
 * @throws InvalidCursorError where it is damaged, or was made by another list.
 */
export function readCursor(list: string, cursor: string): string {
  if (typeof cursor !== 'string' || !/^[\w-]+$/.test(cursor)) throw new InvalidCursorError('is not a cursor');
  if (!cursor.startsWith(FORM)) throw new InvalidCursorError('was made by another version of Ductile, or is damaged');
  const text = cursor.slice(FORM.length + CHECKSUM_TEXT);
  const sk = Buffer.from(text, 'base64url').toString('utf8');
  const whole = cursor.length > FORM.length + CHECKSUM_TEXT && cursor === writeCursor(list, sk);
  if (!whole) throw new InvalidCursorError('is damaged, or was made by another list');
  return sk;
}

function checksum(list: string, sk: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([FORM, list, sk]))
    .digest();
  return digest.subarray(0, CHECKSUM_BYTES).toString('base64url');
}
