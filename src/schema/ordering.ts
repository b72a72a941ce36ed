/** Compares as `<` does: by UTF-16 code unit, the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted copy. */
export function sortedBy<T>(elements: readonly T[], key: (element: T) => string): readonly T[] {
  return [...elements].sort((a, b) => byCodeUnit(key(a), key(b)));
}
