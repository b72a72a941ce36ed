/** Lines that stay or go together. */
export interface Section {
  readonly lines: readonly string[];
  /** The highest goes first where there is no room for all. */
  readonly rank: number;
}

const ELLIPSIS = '…';

/**
 * The lines of sections that have room, in their order: those that matter least go first, and of what is left in the end the
 * last lines. One that is wider than the terminal is cut.
 */
export function fitting(sections: readonly Section[], rows: number, columns: number): readonly string[] {
  const linesOf = (some: readonly Section[]): readonly string[] => some.flatMap(({ lines }) => lines);
  let left = sections;
  // The place of what is gone takes a line.
  while (left.length > 1 && linesOf(left).length + (left.length < sections.length ? 1 : 0) > rows) {
    const last = Math.max(...left.map(({ rank }) => rank));
    left = left.filter(({ rank }) => rank !== last);
  }
  const lines = linesOf(left);
  const isCut = left.length < sections.length || lines.length > rows;
  const shown = isCut ? [...lines.slice(0, Math.max(1, rows - 1)), ...(rows > 1 ? [ELLIPSIS] : [])] : lines;
  return shown.map((line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}${ELLIPSIS}`));
}
