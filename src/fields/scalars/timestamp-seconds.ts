import type { ScalarType } from './scalar-type.js';
import { type Time, timestampType } from './time.js';

export const timestampSeconds: ScalarType<Time> = { ...timestampType(1000), since: '0.1.0' };
