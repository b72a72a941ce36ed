import { chance, type Pick } from '../../src/testing/chance.js';

/** Choices that follow from a seed. */
export class Chance {
  /** A whole number from 0 up to, but without, its argument. */
  readonly below: Pick;

  constructor(seed: number) {
    this.below = chance(seed);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** A duration between both, short ones as likely as long ones: 2 to 4 as often as 1000 to 2000. */
  duration(shortest: number, longest: number): number {
    return Math.round(shortest * (longest / shortest) ** (this.below(10_000) / 10_000));
  }
}
