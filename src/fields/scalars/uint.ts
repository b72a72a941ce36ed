import { integerType, type Numeric } from './number.js';
import type { ScalarType } from './scalar-type.js';

export const uint: ScalarType<Numeric> = {
  since: '0.1.0',
  ...integerType('a whole number of at least 0', 0),
  set: 'NS',
};
