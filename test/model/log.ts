/*
 * The registry's log, as the models have it: entries one after another; the epoch of an entry is its place, from 1. Every
 * append competes for the next place: the entry is put on the condition that there is none at that epoch.
 */

export interface LogRules {
  /** An entry is put only where there is none. */
  readonly onePlace: boolean;
  /** Who finds the place taken reads what was put there, and decides again whether to append, and what. */
  readonly loserDecidesAnew: boolean;
}

export const allLogRules: LogRules = { onePlace: true, loserDecidesAnew: true };

/** The log with the entry, by somebody who knows the first `knows` entries; undefined where another was there first. */
export function append<Entry>(
  log: readonly Entry[],
  knows: number,
  entry: Entry,
  rules: LogRules,
): readonly Entry[] | undefined {
  if (log.length === knows) return [...log, entry];
  if (!rules.onePlace) return log.with(knows, entry);
  return rules.loserDecidesAnew ? undefined : [...log, entry];
}
