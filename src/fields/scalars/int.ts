import { integerType, type Numeric } from './number.js';
import type { ScalarType } from './scalar-type.js';

export const int: ScalarType<Numeric> = {
  since: '0.1.0',
  ...integerType('a whole number', Number.MIN_SAFE_INTEGER),
  set: 'NS',
};
