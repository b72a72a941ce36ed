import { integerType, type Numeric } from './number.js';
import type { ScalarType } from './scalar-type.js';

export const durationSeconds: ScalarType<Numeric> = {
  since: '0.1.0',
  ...integerType('a duration in whole seconds', Number.MIN_SAFE_INTEGER),
  set: undefined,
};
