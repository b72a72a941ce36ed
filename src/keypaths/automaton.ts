/** The characters, as UTF-16 units, that a step can take: ranges with both ends. */
type Characters = readonly (readonly [low: number, high: number])[];

interface Step {
  readonly on: Characters;
  readonly to: number;
}

/**
 * A small nondeterministic automaton that accepts a set of texts. It is built from left to right: each method adds
 * what may come next.
 */
export class Automaton {
  private readonly steps: Step[][] = [[]];
  private ends: readonly number[] = [0];

  /** Exactly this text. */
  text(text: string): this {
    for (let i = 0; i < text.length; i += 1) this.one(text[i]!);
    return this;
  }

  /** One character of a class, written as in `0-9a-f`. */
  one(characters: string): this {
    this.ends = [this.stepTo(this.ends, classOf(characters), this.state())];
    return this;
  }

  /** `times` characters of a class. */
  exactly(times: number, characters: string): this {
    for (let i = 0; i < times; i += 1) this.one(characters);
    return this;
  }

  /** Any number of characters of a class, none too. */
  any(characters: string): this {
    const on = classOf(characters);
    const loop = this.stepTo(this.ends, on, this.state());
    this.stepTo([loop], on, loop);
    this.ends = [...this.ends, loop];
    return this;
  }

  /**
   * A character that announces how many characters of a class follow it, from 1 to `most`. `announcing` gives the
   * characters that announce a number.
   */
  announced(most: number, announcing: (count: number) => string, characters: string): this {
    const begins = this.ends;
    this.ends = [];
    for (let left = most; left > 0; left -= 1) {
      const state = this.state();
      this.stepTo(begins, classOf(announcing(left)), state);
      this.ends = [this.stepTo(this.ends, classOf(characters), state)];
    }
    return this.one(characters);
  }

  /** One of several continuations, each built onto what there is. */
  either(...branches: readonly ((automaton: this) => unknown)[]): this {
    const begins = this.ends;
    this.ends = branches.flatMap((branch) => {
      this.ends = begins;
      branch(this);
      return this.ends;
    });
    return this;
  }

  /** True where some text is accepted by both. */
  meets(other: Automaton): boolean {
    const pairs: (readonly [number, number])[] = [[0, 0]];
    const seen = new Set(['0,0']);
    for (const [a, b] of pairs) {
      if (this.ends.includes(a) && other.ends.includes(b)) return true;
      for (const mine of this.steps[a]!) {
        for (const theirs of other.steps[b]!) {
          const id = `${mine.to},${theirs.to}`;
          if (seen.has(id) || !share(mine.on, theirs.on)) continue;
          seen.add(id);
          pairs.push([mine.to, theirs.to]);
        }
      }
    }
    return false;
  }

  private state(): number {
    return this.steps.push([]) - 1;
  }

  private stepTo(from: readonly number[], on: Characters, to: number): number {
    for (const state of from) this.steps[state]!.push({ on, to });
    return to;
  }
}

function share(a: Characters, b: Characters): boolean {
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high));
}

function classOf(characters: string): Characters {
  const ranges: [number, number][] = [];
  for (let i = 0; i < characters.length; i += 1) {
    const low = characters.charCodeAt(i);
    const isRange = characters[i + 1] === '-' && i + 2 < characters.length;
    ranges.push([low, isRange ? characters.charCodeAt(i + 2) : low]);
    if (isRange) i += 2;
  }
  return ranges;
}
