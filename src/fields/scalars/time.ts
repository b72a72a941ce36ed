import { DamagedValue } from '../errors.js';
import { describe, isDate } from '../kinds.js';
import { isDay } from './day.js';
import { safeInteger } from './number.js';
import type { Facts, ScalarType } from './scalar-type.js';

export type Time = Facts<Date, 'a Date', Date | string>;

/** What a `Date` can hold, in milliseconds either side of 1970. */
const FURTHEST = 8.64e15;

/** A `Date`, stored as the number of whole units since 1970. */
export function timestampType(unit: number): Omit<ScalarType<Time>, 'since'> {
  const furthest = FURTHEST / unit;
  // Towards the past, before 1970 too, so that truncation keeps the order of times.
  const units = (date: Date): number => Math.floor(date.getTime() / unit) + 0;
  return {
    holds: 'a Date',
    set: undefined,
    decode(stored) {
      const count = safeInteger(stored);
      if (count > furthest || count < -furthest) throw new DamagedValue('is stored as a number that is no time');
      return new Date(count * unit);
    },
    encode: (date) => ({ N: String(units(date)) }),
    check(value) {
      if (!isDate(value)) return { code: 'type', message: `must be a Date, got ${describe(value)}` };
      return Number.isNaN(value.getTime()) ? { code: 'range', message: 'must be a valid Date' } : undefined;
    },
    settle(date) {
      const time = units(date) * unit;
      return time === date.getTime() ? date : new Date(time);
    },
    fromJson: (json) => (typeof json === 'string' && isTime(json) ? new Date(json) : json),
    toJson: (date) => date.toISOString(),
    fromText: (text) => new Date(/^\d+$/.test(text) ? Number(text) * unit : text),
  };
}

/** A day, or a time that names its zone: what means the same on every machine. */
const TIME = /^(?:[+-]\d{2})?(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** `Date` itself would take 30 February for a day in March. */
function isTime(text: string): boolean {
  const day = TIME.exec(text)?.[1];
  return day !== undefined && isDay(day);
}
