/** Chooses a whole number from 0 up to, but without, its argument. */
export type Pick = (below: number) => number;

/** Choices that follow from a seed: the same in every run, on every machine. */
export function chance(seed: number): Pick {
  const next = numbersFrom(Math.imul(seed, 0x9e3779b9));
  return (below) => Math.floor(next() * below);
}

/** Numbers from 0 up to, but without, 1, that follow from a state of 32 bits (mulberry32). */
export function numbersFrom(begin: number): () => number {
  let state = begin;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
