import type { Outcome } from './command.js';

/** What a command came to, as a program reads it. */
export const documentOf = (command: string, outcome: Pick<Outcome, 'json' | 'next' | 'caution'>): object => ({
  command,
  ...outcome.json,
  ...followed(outcome),
});

/** The one name of the next command in every document: a report may have a `next` of its own. */
export const followed = ({
  next,
  caution,
}: Pick<Outcome, 'next' | 'caution'>): { readonly nextCommand?: string; readonly caution?: string } =>
  next === undefined ? {} : { nextCommand: next, ...(caution === undefined ? {} : { caution }) };
