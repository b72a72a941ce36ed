#!/usr/bin/env node
import { OutputError, UncaughtError } from './errors.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { failureLine, failureOf } from './failure.js';
import { Output, ownOutput } from './output.js';
import { run } from './run.js';

// Who asks about a table is not helped by what the SDK says of the next Node.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const stdout = ownOutput(process);
const stderr = new Output(process.stderr);
const LINGERING_MS = 250;
const crash = new AbortController();
let hasEnded = false;

/** What is told when the command can tell nothing any more. */
function tell(error: unknown): ExitCode {
  const failure = failureOf(error);
  stderr.write(`${failureLine(failure)}\n`);
  return failure.exit;
}

/** An error of user code that no promise of the command leads to: a forgotten `await`, a listener that threw. */
function crashed(reason: unknown): void {
  const error = new UncaughtError(reason);
  if (hasEnded) process.exit(tell(error));
  crash.abort(error);
}
process.on('uncaughtException', crashed);
process.on('unhandledRejection', crashed);

/** Asks on the terminal, where a person sits at both ends of it. */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C is that of the command; Ctrl-D is no answer.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<undefined>((settle) => lines.once('close', () => settle(undefined)));
  try {
    return await Promise.race([lines.question(question, { signal }).catch(() => undefined), ended]);
  } finally {
    lines.close();
  }
}

const exit = await run({
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  stdout,
  stderr,
  signals: process,
  crash: crash.signal,
  unread: stdout.unread,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  clock: () => performance.now(),
});
hasEnded = true;
const lost = await stdout.written();
const told = lost === undefined ? exitCode.done : tell(new OutputError('standard output', lost));
process.exitCode = exit === exitCode.done ? told : exit;
await stderr.written();
// What has thrown may go on with whatever it did.
if (crash.signal.aborted) process.exit();
// A timer or a server of the user's modules keeps nothing: what they are about to print, or to throw, has a moment still.
setTimeout(() => process.exit(), LINGERING_MS).unref();
