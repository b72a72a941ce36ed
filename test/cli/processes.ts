import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Ended } from './terminal.js';

const root = resolve(import.meta.dirname, '../..');
const program = [`--import=${root}/.ci/typescript.mjs`, `${root}/src/cli/main.ts`];

export interface ProcessOptions {
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A signal as soon as that is to be read. */
  readonly interruptAt?: RegExp;
  readonly signal?: 'SIGINT' | 'SIGTERM';
  /** What is typed, in a terminal, as soon as that is to be read. */
  readonly answer?: { readonly at: RegExp; readonly line: string };
}

/** Runs a command line in a process of its own, in a pipe. */
export function piped(args: readonly string[], options: ProcessOptions): Promise<Ended> {
  return ended(process.execPath, [...program, ...args], options);
}

/** Runs a command line in a pseudo-terminal of 80 × 24: what it writes to either stream comes as one, in `stdout`. */
export function inTerminal(args: readonly string[], options: ProcessOptions): Promise<Ended> {
  const line = [process.execPath, ...program, ...args].map((word) => `'${word}'`).join(' ');
  return ended('script', ['-qefc', `stty cols 80 rows 24; exec ${line}`, '/dev/null'], { ...options, terminal: true });
}

/** Runs a script of bash in which `ductile` is the command line. */
export function inShell(script: string, options: ProcessOptions): Promise<Ended> {
  const line = [process.execPath, ...program].map((word) => `'${word}'`).join(' ');
  return ended('bash', ['-c', `ductile() { ${line} "$@"; }\n${script}`], options);
}

async function ended(
  command: string,
  args: readonly string[],
  { folder, env = {}, interruptAt, signal = 'SIGINT', terminal, answer }: ProcessOptions & { readonly terminal?: true },
): Promise<Ended> {
  const child = spawn(command, [...args], { cwd: folder, env: { ...process.env, ...env } });
  const written = { stdout: '', stderr: '' };
  let interrupted = false;
  let answered = false;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      if (!answered && answer?.at.test(written.stdout + written.stderr) === true) {
        answered = true;
        child.stdin.write(`${answer.line}\n`);
      }
      if (interrupted || interruptAt?.test(written.stdout + written.stderr) !== true) return;
      interrupted = true;
      // A terminal makes the signal out of the key.
      if (terminal === true) child.stdin.write('\u0003');
      else child.kill(signal);
    });
  }
  const exit = await new Promise<number>((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code) => settle(code ?? -1));
  });
  return { exit, ...written };
}
