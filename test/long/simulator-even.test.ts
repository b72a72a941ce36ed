import { test } from '@jest/globals';
import { PATIENCE, simulateEveryOther } from './simulated.js';

test('every invariant holds in random runs with faults: even seeds', () => simulateEveryOther(2), PATIENCE);
