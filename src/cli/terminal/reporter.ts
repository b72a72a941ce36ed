import { styleText } from 'node:util';
import { barLine, plainLine } from './bar.js';
import { type AnyProgress, Meter } from './meter.js';

/** Where progress goes: standard error, so that standard output holds the result alone. */
export interface ErrorStream {
  write(text: string): unknown;
  readonly columns?: number;
}

/** Tells what goes on while a command runs. */
export interface Reporter {
  readonly progress: (progress: AnyProgress) => void;
  /** Whether what was told last is the wait of a drain. */
  readonly inDrain: boolean;
  /** A line of its own. */
  note(line: string): void;
  /** Takes away what is not to stay. To be called before anything else is written to the terminal. */
  end(): void;
}

export interface ReporterOptions {
  readonly kind: 'bar' | 'lines' | 'json' | 'none';
  readonly stream: ErrorStream;
  readonly colour: boolean;
  /** In milliseconds; only differences count. */
  readonly clock: () => number;
  /** How many rows the table has, about, where that is known. */
  readonly rows?: () => number | undefined;
}

const BETWEEN_MS = { bar: 100, lines: 5_000, json: 1_000 };

export function reporter({ kind, stream, colour, clock, rows }: ReporterOptions): Reporter {
  const meter = new Meter(clock, rows);
  const between = kind === 'none' ? undefined : new Spacing(BETWEEN_MS[kind], clock);
  let inDrain = false;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stream.write('\r\u001B[2K');
    drawn = false;
  };
  return {
    progress(progress) {
      inDrain = progress.step === 'drain';
      if (between === undefined) return;
      const view = meter.view(progress);
      if (!between.isDue(progress.step)) return;
      if (kind === 'json') stream.write(`${JSON.stringify({ progress })}\n`);
      if (kind === 'lines') stream.write(`${plainLine(view)}\n`);
      if (kind !== 'bar') return;
      const line = barLine(view, stream.columns || 80);
      clear();
      stream.write(colour ? styleText('cyan', line, { validateStream: false }) : line);
      drawn = true;
    },
    get inDrain() {
      return inDrain;
    },
    note(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end: clear,
  };
}

/** Lets something through at most so often; the first of each kind at once. */
class Spacing {
  #kind: string | undefined;
  #last = 0;

  constructor(
    private readonly milliseconds: number,
    private readonly clock: () => number,
  ) {}

  isDue(kind: string): boolean {
    const now = this.clock();
    if (kind === this.#kind && now - this.#last < this.milliseconds) return false;
    this.#kind = kind;
    this.#last = now;
    return true;
  }
}
