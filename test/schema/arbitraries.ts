import fc from 'fast-check';
import { Simulation, type RandomHistory } from './simulation.js';

export type { RandomHistory };

/**
 * Random schemas with a random past of steps of every kind. Names come from small pools, so that they are used again;
 * `buildVersionMap` accepts every one.
 */
export function histories(
  options: { readonly minMigrations?: number; readonly maxMigrations?: number } = {},
): fc.Arbitrary<RandomHistory> {
  const { minMigrations = 4, maxMigrations = 6 } = options;
  return fc
    .tuple(fc.infiniteStream(fc.nat({ max: 0x7fffffff })), fc.integer({ min: minMigrations, max: maxMigrations }))
    .map(([numbers, length]) => new Simulation(numbers).run(length));
}
