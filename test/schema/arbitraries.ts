import fc from 'fast-check';
import { EnumSimulation } from './enum-simulation.js';
import { Simulation, type RandomHistory } from './simulation.js';

export type { RandomHistory };

/**
 * Random schemas with a random past of steps of every kind. Names come from small pools, so that they are used again;
 * `buildVersionMap` accepts every one.
 *
 * @param options `enums`: most key paths have an enum in them, and most migrations change one
 */
export function histories(
  options: { readonly minMigrations?: number; readonly maxMigrations?: number; readonly enums?: boolean } = {},
): fc.Arbitrary<RandomHistory> {
  const { minMigrations = 4, maxMigrations = 6, enums = false } = options;
  const Simulated = enums ? EnumSimulation : Simulation;
  return fc
    .tuple(fc.infiniteStream(fc.nat({ max: 0x7fffffff })), fc.integer({ min: minMigrations, max: maxMigrations }))
    .map(([numbers, length]) => new Simulated(numbers).run(length));
}
