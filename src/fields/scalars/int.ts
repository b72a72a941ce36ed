import { integerType, type Numeric } from './number.js';
import type { ScalarType } from './scalar-type.js';

export const int: ScalarType<Numeric> = {
  ...integerType('a whole number', Number.MIN_SAFE_INTEGER),
  set: 'NS',
};
