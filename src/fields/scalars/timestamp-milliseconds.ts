import type { ScalarType } from './scalar-type.js';
import { type Time, timestampType } from './time.js';

export const timestampMilliseconds: ScalarType<Time> = { ...timestampType(1), since: '0.1.0' };
