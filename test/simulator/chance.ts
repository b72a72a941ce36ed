import { numbersFrom } from '../../src/testing/chance.js';

/** All that is left to chance in a run: numbers that follow from its seed. */
export class Chance {
  /** A number from 0 up to, but without, 1. */
  readonly next: () => number;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.next = numbersFrom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13));
  }

  /** A whole number from 0 up to, but without, `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A whole number between two, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with a probability between 0 and 1. */
  happens(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** One of several, each as likely as its weight says. */
  weighted<T>(from: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.next() * from.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of from) {
      left -= weight;
      if (left < 0) return value;
    }
    return from.at(-1)![1];
  }

  /** Milliseconds that are mostly short, and now and then as long as `longest`. */
  duration(usual: number, longest: number): number {
    return this.weighted<() => number>([
      [80, () => this.below(usual + 1)],
      [14, () => this.below(Math.min(usual * 50, longest) + 1)],
      [6, () => this.below(longest + 1)],
    ])();
  }
}

/** Runs work during which `Math.random` draws from `chance`, so that what the library leaves to it follows the seed. */
export async function withSeededRandom<R>(chance: Chance, work: () => Promise<R>): Promise<R> {
  const { random } = Math;
  Math.random = () => chance.next();
  try {
    return await work();
  } finally {
    Math.random = random;
  }
}
