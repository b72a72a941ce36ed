import { isDay } from './day.js';
import type { Facts, ScalarType } from './scalar-type.js';
import { textType } from './text.js';

export type IsoDate = Facts<string, 'a string (YYYY-MM-DD)'>;

export const isoDate: ScalarType<IsoDate> = {
  holds: 'a string (YYYY-MM-DD)',
  since: '0.1.0',
  ...textType('a day as YYYY-MM-DD', isDay),
};
