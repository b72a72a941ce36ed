/** What the users of a release happen to choose. */
export function oneOf<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}

/** A day of January 2027, as `YYYY-MM-DD`. */
export function someDay(): string {
  return `2027-01-${String(1 + Math.floor(Math.random() * 31)).padStart(2, '0')}`;
}
