import { count } from './duration.js';

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes for people: `812 bytes`, `3 GB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${count(Math.round(bytes / 1_000 ** power))} ${UNITS[power]}`;
}
