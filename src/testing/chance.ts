/** Chooses a whole number from 0 up to, but without, its argument. */
export type Pick = (below: number) => number;

/** Choices that follow from a seed (mulberry32): the same in every run, on every machine. */
export function chance(seed: number): Pick {
  let state = Math.imul(seed, 0x9e3779b9);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
