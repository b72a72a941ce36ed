import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeouts } from '../../src/cli/client.js';
import { run } from '../../src/cli/run.js';
import { printSnapshot, snapshotOf } from '../../src/schema/snapshot.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What came of a command. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TypedOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** The columns of a terminal; a pipe unless said. */
  readonly columns?: number;
  readonly rows?: number;
  /** Ctrl-C as soon as that is to be read. */
  readonly interruptAt?: RegExp;
  /** Ctrl-C as soon as that is settled. */
  readonly interruptWhen?: Promise<void>;
  readonly timeouts?: Timeouts;
  /** What a person types who is asked; nobody is there unless said. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/**
 * Runs a command line in this process: as main.ts does, but for where the text goes. Not for `test.concurrent`: there Jest
 * refuses an import(), which a command begins with, as soon as another test has ended.
 */
export async function typed(args: readonly string[], options: TypedOptions = {}): Promise<Ended> {
  const { env = {}, folder = tmpdir(), columns, rows = 24, interruptAt, interruptWhen, timeouts, ask } = options;
  const signals = new EventEmitter();
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    ...(columns === undefined ? {} : { isTTY: true, columns, rows }),
    write(text: string): void {
      written[name] += text;
      if (interruptAt?.test(written.stdout + written.stderr)) signals.emit('SIGINT');
    },
  });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  void interruptWhen?.then(() => signals.emit('SIGINT'));
  const world = { args, env, folder, ...streams, signals, clock: () => performance.now() };
  const more = { ...(timeouts === undefined ? {} : { timeouts }), ...(ask === undefined ? {} : { ask }) };
  const exit = await run({ ...world, ...more });
  return { exit, ...written };
}

/** A new folder with a file in it for each name. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A schema as a file that needs no compiler. */
export const schemaText = (schema: PublishableSchema): string => printSnapshot(snapshotOf(schema));
