/** What a line of progress says. */
export interface ProgressView {
  /** What is going on. */
  readonly label: string;
  /** How much of it is done, from 0 to 1; undefined where nobody can know. */
  readonly done: number | undefined;
  /** What there is to say, the most important first: what does not fit is left out from the end. */
  readonly facts: readonly Fact[];
}

/** Something to say; where it has a brief form, that is what a narrow terminal shows. */
export type Fact = string | { readonly whole: string; readonly brief: string };

const wholeOf = (fact: Fact): string => (typeof fact === 'string' ? fact : fact.whole);
const briefOf = (fact: Fact): string => (typeof fact === 'string' ? fact : fact.brief);

const BAR = { longest: 24, shortest: 8 };

/** So many facts come before a long bar: the rate, the write units, and the time that is left. */
const VITAL = 3;

/** As long as ` 100 % `: what stands for a bar. */
const PERCENT = 7;

/** A longer label is cut, rather than a vital fact. */
const LABEL = 12;

/** One line that fits a terminal: `Sweep ███████░░░ 310/s · 620 WCU · 1:20 left · 1,200 items`. */
export function barLine({ label, done, facts: all }: ProgressView, columns: number): string {
  // A line that fills the last column makes some terminals begin another.
  const width = Math.max(0, columns - 1);
  const room = width - Math.min(LABEL, label.length);
  const facts = all.map(vitalOf(all.map(wholeOf)) + PERCENT <= room ? wholeOf : briefOf);
  const vital = vitalOf(facts);
  // The time that is left says more than how much is done: it stays, where one of them can.
  const hasBar = done !== undefined && (vital + PERCENT <= room || vital + 1 > room);
  const name = shortened(label, Math.max(LABEL, width - vital - PERCENT));
  const longest = Math.min(BAR.longest, Math.floor(width / 4), width - name.length - vital - 2);
  const bar = hasBar ? ` ${drawn(done, longest)}` : '';
  let line = `${name}${name.length + bar.length <= width ? bar : ''}`.slice(0, width);
  for (const [index, fact] of facts.entries()) {
    const longer = `${line}${index === 0 ? ' ' : ' · '}${fact}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}

/** How long the vital facts are. */
const vitalOf = (facts: readonly string[]): number => facts.slice(0, VITAL).join(' · ').length;

const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** One line for a log: nothing is left out. */
export const plainLine = ({ label, facts }: ProgressView): string =>
  facts.length === 0 ? label : `${label}: ${facts.map(wholeOf).join(', ')}`;

function drawn(done: number, width: number): string {
  if (width < BAR.shortest) return `${Math.floor(done * 100)} %`;
  const filled = Math.round(Math.min(1, Math.max(0, done)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}
