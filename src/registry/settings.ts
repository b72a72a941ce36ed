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
 * The settings that a process may still act by once a drain of an entry has ended: all that were in force at its epoch or
 * later. Who knew an earlier head can write no more.
 */
export function withoutPast({ settings }: Knowledge, drained: number): readonly SettingsInForce[] {
  return settings.filter((_, i) => {
    const next = settings[i + 1];
    return next === undefined || next.since > drained;
  });
}
