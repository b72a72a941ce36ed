import type { Timeouts } from './client.js';
import type { SignalSource } from './interrupts.js';
import type { ErrorStream } from './terminal/reporter.js';

/** Where text goes. */
export interface OutputStream extends ErrorStream {
  readonly isTTY?: boolean;
  readonly rows?: number;
}

/** What a command line has of the process that it runs in. */
export interface World {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly signals: SignalSource;
  /** Aborted by an error that nobody caught, which is the reason. */
  readonly crash?: AbortSignal;
  /** Aborted once nobody reads standard output any more. */
  readonly unread?: AbortSignal;
  /** Asks a person, and resolves to the line that was typed; absent where nobody is there. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string | undefined>;
  /** In milliseconds; only differences count. */
  readonly clock: () => number;
  /** How long requests may take, where it is not as long as a person waits. */
  readonly timeouts?: Timeouts;
}
