import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A child process that cannot outlive this one, and does not keep it open either. */
export interface LeashedProcess {
  /** How it ended; undefined while it runs. */
  readonly ended: string | undefined;
  /** Resolves once it has ended. */
  readonly gone: Promise<void>;
  /** The last few thousand characters that it printed. */
  readonly printed: string;
  /** Ends it, and resolves once it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Runs before the engine in its place: leaves a watcher behind and becomes the engine (`exec`), so that the child's
 * pid, output and exit are the engine's own. The watcher waits for the end of the pipe to the parent. The kernel
 * closes that pipe however the parent ends, SIGKILL included, and then the watcher ends the whole process group:
 * itself, the engine, and what a wrapper script may have started in between. Since the watcher is a member of it,
 * the group's number cannot pass to another process in the meantime.
 */
const WATCHED = `
exec 3<&0
(
  trap '' TERM
  read -r end <&3
  if [ "$0" -gt 0 ]; then kill -TERM 0; sleep "$0"; fi
  kill -KILL 0
) >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
`;

const KEPT_OUTPUT = 4000;
const STOP_LIMIT_MS = 5000;

/**
 * Starts a program that ends with this process, whatever way this process ends.
 *
 * It gets a process group of its own, so a Ctrl-C at the terminal reaches only this process: an application that shuts
 * down in order still has its engine while it does. No signal handler is installed anywhere.
 *
 * @param grace seconds between being asked to end and being killed; 0 kills at once.
 */
export function startLeashed(command: string, args: readonly string[], grace: number): LeashedProcess {
  const windows = process.platform === 'win32';
  // On Windows Node puts a child that is not detached into a job that the system ends with this process.
  const child = windows
    ? spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    : spawn('/bin/sh', ['-c', WATCHED, String(grace), command, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      });

  let printed = '';
  let ended: string | undefined;
  const end = (how: string): void => {
    ended ??= how;
    child.stdin.destroy();
  };
  child.once('exit', (code, signal) => end(signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`));
  // Its pipes close after its exit: then all that it printed has been read, and what it started in turn is gone too.
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      end(error.message);
      resolve();
    });
  });
  child.stdin.on('error', () => undefined);
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-KEPT_OUTPUT)));
  }

  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) unrefPipe(pipe);

  return {
    gone,
    get ended() {
      return ended;
    },
    get printed() {
      return printed;
    },
    async stop() {
      child.ref();
      child.stdin.destroy();
      if (windows) child.kill();
      // The timer also keeps this process open until the child is gone, which the child's pipes do not.
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await gone;
      clearTimeout(limit);
    },
  };
}

/** The pipes of a child are sockets, which the types of `child_process` do not say. In Bun they are none, and keep nothing open. */
function unrefPipe(pipe: Readable | NodeJS.WritableStream): void {
  (pipe as Partial<Pick<Socket, 'unref'>>).unref?.();
}
