import type { Knowledge, SettingsInForce } from './knowledge.js';

type Settings = Pick<Knowledge, 'createGuard' | 'registryMaxAge'>;

/** The settings after an entry that changes some. */
export function withSettings(
  { createGuard, registryMaxAge, settings }: Knowledge,
  epoch: number,
  changes: Partial<Settings>,
): Settings & Pick<Knowledge, 'settings'> {
  const next = { createGuard, registryMaxAge, ...changes };
  return { ...next, settings: Object.freeze([...settings, Object.freeze({ since: epoch, ...next })]) };
}

/**
 * The settings once a drain of writers at an epoch has ended: who knew an earlier head can write no more. What was past
 * by then only readers may still act by, who were not waited for.
 */
export function forReaders({ settings }: Knowledge, drained: number): readonly SettingsInForce[] {
  return settings.map((each, i) =>
    isPast(settings, i, drained) ? Object.freeze({ ...each, readersOnly: true }) : each,
  );
}

/** The settings that a process may still act by once a drain of readers too has ended at an epoch. */
export function withoutPast({ settings }: Knowledge, drained: number): readonly SettingsInForce[] {
  return settings.filter((_, i) => !isPast(settings, i, drained));
}

/** True where others were in force at an epoch already. */
function isPast(settings: readonly SettingsInForce[], i: number, epoch: number): boolean {
  const next = settings[i + 1];
  return next !== undefined && next.since <= epoch;
}
