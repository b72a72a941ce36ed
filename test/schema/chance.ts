/** Choices, from a stream of numbers. */
export abstract class Chance {
  constructor(private readonly numbers: Iterator<number>) {}

  protected below(bound: number): number {
    return (this.numbers.next().value as number) % bound;
  }

  protected chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  protected pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  protected find<T>(from: readonly T[], fits: (candidate: T) => boolean): T | undefined {
    const fitting = from.filter(fits);
    return fitting.length === 0 ? undefined : this.pick(fitting);
  }

  protected freeName(pool: readonly string[], taken: readonly { readonly name: string }[]): string | undefined {
    return this.find(pool, (name) => taken.every((other) => other.name !== name));
  }
}
