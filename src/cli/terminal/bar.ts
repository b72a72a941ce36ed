/** What a line of progress says. */
export interface ProgressView {
  /** What is going on. */
  readonly label: string;
  /** How much of it is done, from 0 to 1; undefined where nobody can know. */
  readonly done: number | undefined;
  /** What there is to say, the most important first: what does not fit is left out from the end. */
  readonly facts: readonly string[];
}

const BAR = { longest: 24, shortest: 8 };

/** One line that fits a terminal: `Sweep ▕███████▁▁▁▏ 3/8 segments · 1,200 items · 310/s`. */
export function barLine({ label, done, facts }: ProgressView, columns: number): string {
  // A line that fills the last column makes some terminals begin another.
  const width = Math.max(0, columns - 1);
  const bar = done === undefined ? '' : ` ${drawn(done, Math.min(BAR.longest, Math.floor(width / 4)))}`;
  let line = `${label}${label.length + bar.length <= width ? bar : ''}`.slice(0, width);
  for (const [index, fact] of facts.entries()) {
    const longer = `${line}${index === 0 ? ' ' : ' · '}${fact}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}

/** One line for a log: nothing is left out. */
export const plainLine = ({ label, facts }: ProgressView): string =>
  facts.length === 0 ? label : `${label}: ${facts.join(', ')}`;

function drawn(done: number, width: number): string {
  if (width < BAR.shortest) return `${Math.floor(done * 100)} %`;
  const filled = Math.round(Math.min(1, Math.max(0, done)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}
