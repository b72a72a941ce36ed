/** Choices that follow from a seed. Small and good enough: mulberry32. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b9);
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const state = this.#state;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** A duration between both, short ones as likely as long ones: 2 to 4 as often as 1000 to 2000. */
  duration(shortest: number, longest: number): number {
    return Math.round(shortest * (longest / shortest) ** (this.below(10_000) / 10_000));
  }
}
