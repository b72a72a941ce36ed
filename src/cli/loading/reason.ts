import { DuctileError } from '../../errors/ductile-error.js';
import { oneLine } from '../terminal/one-line.js';

/** Why a file of the user's cannot be loaded, in one line; but what Ductile says is laid out as it is to be read. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof DuctileError) return cause.message;
  // By what is used of it: errors of a loader, or of a test runner, are of another realm.
  const { message = String(cause) } = (typeof cause === 'object' && cause !== null ? cause : {}) as Partial<Error>;
  return oneLine(message);
}
