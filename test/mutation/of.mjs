/**
 * @typedef {{
 *   readonly file: string, readonly name: string, readonly tests: readonly string[],
 *   placesIn(source: string): readonly [from: number, to: number][], fits(source: string): boolean, apply(source: string): string,
 * }} Mutant
 */

/**
 * Mutants of one file.
 *
 * @param {string} file
 * @param {readonly string[]} tests patterns of test files, or of tests in one: 'test/protocol/outcomes › a delete'; those
 *   that notice soonest first
 * @param {Record<string, readonly [find: string, replace: string, ...tests: readonly string[]]>} changes by name; with
 *   tests of its own it is those that notice
 * @returns {readonly Mutant[]}
 */
export function of(file, tests, changes) {
  return Object.entries(changes).map(([name, [find, replace, ...own]]) => ({
    file,
    name,
    tests: own.length > 0 ? own : tests,
    placesIn: (source) => {
      const at = source.indexOf(find);
      return at < 0 || source.includes(find, at + 1) ? [] : [[at, at + find.length]];
    },
    fits(source) {
      return this.placesIn(source).length === 1;
    },
    apply(source) {
      if (!this.fits(source)) throw new Error(`${name}: its text is not once in ${file}: ${find}`);
      return source.replace(find, () => replace);
    },
  }));
}

/** A condition that holds of every row. */
export const ALWAYS = "{ kind: 'absent', attribute: '$never' }";
