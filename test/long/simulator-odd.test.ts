import { test } from '@jest/globals';
import { PATIENCE, simulateEveryOther } from './simulated.js';

test('every invariant holds in random runs with faults: odd seeds', () => simulateEveryOther(1), PATIENCE);
