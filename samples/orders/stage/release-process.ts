import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answered, Ask, Asked, AskName, Change, ReleaseName, Said } from './protocol.js';

/** Where a release tells what it does, besides answering. */
export interface Listener {
  changed(change: Change): void;
  /** A line that it printed. */
  printed(release: ReleaseName, line: string): void;
  /** An error in something that nobody asked it for, or its end. */
  failed(error: Error): void;
}

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

/** What the release says first needs no question. */
const READY = 0;

/** A running release, in a process of its own: samples/orders/v1/main.ts and so on. */
export class ReleaseProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #asked = READY;
  #stopping = false;

  /** Resolves once it answers. */
  readonly ready: Promise<void>;

  constructor(
    readonly name: ReleaseName,
    environment: NodeJS.ProcessEnv,
    private readonly listener: Listener,
  ) {
    // A child made by `fork` takes over the options that let Node run TypeScript.
    this.#child = fork(fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url)), [], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output !== null) createInterface(output).on('line', (line) => listener.printed(name, line));
    }
    this.ready = this.#answerTo(READY);
    this.#child.on('message', (said: Said) => this.#hear(said));
    this.#gone = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    // Unlike 'exit', 'close' comes after the last line that it printed; after a `disconnect` it may not come at all.
    this.#child.once('close', (code, signal) => {
      if (!this.#stopping) this.#fail(`its process ended with ${signal ?? `exit code ${code}`}`);
    });
  }

  ask<N extends AskName>(ask: N, argument: Asked<N>): Promise<Answered<N>> {
    const id = (this.#asked += 1);
    // A child that is gone has failed already.
    this.#child.send({ id, ask, argument } satisfies Ask, (error) => error && this.#fail(error.message));
    return this.#answerTo(id);
  }

  /** Ends the process, and resolves once it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.connected) this.#child.disconnect();
    await this.#gone;
  }

  #answerTo<Answer>(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #hear(said: Said): void {
    if ('changed' in said) this.listener.changed(said.changed);
    else if ('failed' in said) this.#fail(said.failed);
    else this.#answered(said);
  }

  #answered(said: Extract<Said, { id: number }>): void {
    const waiting = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if ('error' in said) waiting?.reject(new Error(`${this.name}: ${said.error}`));
    else waiting?.resolve(said.answer as never);
  }

  #fail(text: string): void {
    const error = new Error(`${this.name}: ${text}`);
    this.listener.failed(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
