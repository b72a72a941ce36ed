import type { Where } from './command.js';
import { NotConfirmedError } from './errors.js';
import { whereText } from './where.js';
import type { World } from './world.js';

/**
 * Asks for the name of the table, on the terminal. Who types it has read which one it is.
 *
 * @param what is about to be done, in lines
 * @throws NotConfirmedError where another name is typed, or there is nobody to ask
 */
export async function confirmed(
  { ask, stderr }: World,
  what: string,
  where: Where,
  signal: AbortSignal,
): Promise<void> {
  const place = `This is about the ${whereText(where)}.`;
  if (ask === undefined) {
    throw new NotConfirmedError(`${place} Nobody is here to confirm it: run it in a terminal, or with --yes.`, where);
  }
  stderr.write(`${what}\n${place}\n`);
  const answer = await ask(`Type the table's name to go on: `, signal);
  signal.throwIfAborted();
  if (answer?.trim() === where.table) return;
  throw new NotConfirmedError(`${place} Its name was not typed, and nothing was done.`, where);
}
