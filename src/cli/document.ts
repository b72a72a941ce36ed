import type { Outcome } from './command.js';

/** What a command came to, as a program reads it. */
export const documentOf = (
  command: string,
  { json, next, caution }: Pick<Outcome, 'json' | 'next' | 'caution'>,
): object => ({
  command,
  ...json,
  ...following(next),
  ...(next === undefined || caution === undefined ? {} : { caution }),
});

/** The one name of the next command in every document: a report may have a `next` of its own. */
export const following = (next: string | undefined): { readonly nextCommand?: string } =>
  next === undefined ? {} : { nextCommand: next };
