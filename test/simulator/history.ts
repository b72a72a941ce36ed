import { START } from './scheduler.js';

/** What became of a call. */
export type Outcome =
  | { readonly kind: 'ok'; readonly value: unknown }
  /** It reported that nothing was done. */
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly error: Error }
  /** It reported that it cannot know, or its process ended before it reported anything. */
  | { readonly kind: 'unknown'; readonly why: string };

/** One call of an application, as the application saw it. */
export interface Call<What> {
  readonly id: number;
  readonly process: string;
  readonly version: number;
  readonly what: What;
  /** The tick at which it began, and at which it ended. */
  readonly began: number;
  ended: number;
  /** The same in virtual milliseconds. */
  readonly beganAt: number;
  endedAt: number;
  outcome: Outcome;
  /** True where an attempt of its process had no answer while it ran. */
  doubtful: boolean;
  /** How far behind its process may have been with the server's time, in milliseconds: its machine was suspended. */
  lag: number;
}

interface Line {
  readonly time: number;
  readonly tick: number;
  readonly process: string;
  /** Made when it is printed: most histories never are. */
  readonly text: () => string;
}

/** All that happened in a run, in its order, for people. */
export class Log {
  private readonly lines: Line[] = [];

  /** @param kept false where nobody will ask for it: what it would be made of is let go */
  constructor(private readonly kept: boolean) {}

  add(time: number, tick: number, process: string, text: () => string): void {
    if (this.kept) this.lines.push({ time, tick, process, text });
  }

  print(): string {
    return this.lines
      .map(({ time, tick, process, text }) => {
        const at = ((time - START) / 1_000).toFixed(3).padStart(10);
        return `${at}s #${String(tick).padStart(4, '0')} ${process.padEnd(8)} ${text()}`;
      })
      .join('\n');
  }
}

/** A history without what is random in it, and on which nothing may depend: revisions, and what is made of them. */
export const withoutChance = (history: string): string =>
  history
    .replace(/\$rev=\S+/g, '$rev')
    .replace(/(-digests\/\d+)-[0-9a-f]{32}/g, '$1')
    .replace(/-look-[0-9a-f]{8}/g, '-look');
