/** The version of Ductile that this is, as in package.json: entries say which version wrote them, and which they need. */
export const libraryVersion = '0.1.0';

/** The newest of some versions. */
export const newestOf = (versions: readonly [string, ...string[]]): string =>
  versions.reduce((newest, each) => (isOlder(newest, each) ? each : newest));

/** True where version `a` comes before version `b`, both `major.minor.patch`. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbers(version: string): readonly number[] {
  return version.split(/[.+-]/, 3).map(Number);
}
