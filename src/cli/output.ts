import type { OutputStream } from './world.js';

/** That nobody reads any more is the reader's right, and no failure. */
const NO_READER: readonly (string | undefined)[] = ['EPIPE', 'EOF', 'ECONNRESET'];

/** A standard stream of the process. Its reader may leave, and its disk may be full: neither ends the process. */
export class Output implements OutputStream {
  readonly #write: (text: string, written: (error?: Error | null) => void) => unknown;
  readonly #unread = new AbortController();
  #failure: Error | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.#write = stream.write.bind(stream);
    stream.on('error', (error: Error) => this.#failed(error));
  }

  get isTTY(): boolean {
    return this.stream.isTTY;
  }

  get columns(): number {
    return this.stream.columns;
  }

  get rows(): number {
    return this.stream.rows;
  }

  /** Aborted once a write found that nobody reads. */
  get unread(): AbortSignal {
    return this.#unread.signal;
  }

  write(text: string): void {
    this.#last = new Promise((settle) => {
      try {
        this.#write(text, (error) => {
          if (error) this.#failed(error);
          settle();
        });
      } catch (error) {
        // Node 20 throws what a file cannot take.
        this.#failed(error as Error);
        settle();
      }
    });
  }

  /** Resolves once all is written, or is lost: to what was in the way, but for a reader that has left. */
  async written(): Promise<Error | undefined> {
    await this.#last;
    return this.#failure;
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (NO_READER.includes(error.code)) this.#unread.abort();
    else this.#failure ??= error;
  }
}

/** Standard output for the command line alone: whatever else this process prints there goes to standard error. */
export function ownOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): Output {
  const own = new Output(stdout);
  // Whoever reads the result reads nothing else: a schema or a job may print whatever it likes, whenever it likes.
  Object.assign(stdout, { write: stderr.write.bind(stderr) });
  return own;
}
