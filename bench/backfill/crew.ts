import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a program of the benchmark says of itself. */
export type Said =
  | { readonly said: 'ready' }
  | { readonly said: 'memory'; readonly heapUsed: number; readonly rss: number }
  | { readonly said: 'done'; readonly report: Readonly<Record<string, unknown>> };

/** A process of the benchmark. It begins when it is told to, so that its start does not count. */
export class Hand {
  readonly memory: { readonly heapUsed: number; readonly rss: number }[] = [];
  readonly ready: Promise<void>;
  readonly done: Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly #child: ChildProcess;

  constructor(program: string, task: object) {
    const child = fork(fileURLToPath(new URL(`${program}.ts`, import.meta.url)), [JSON.stringify(task)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    let report: Readonly<Record<string, unknown>> | undefined;
    let beReady: () => void = () => undefined;
    this.ready = new Promise((resolve) => (beReady = resolve));
    child.on('message', (message: Said) => {
      if (message.said === 'ready') beReady();
      if (message.said === 'memory') this.memory.push(message);
      if (message.said === 'done') report = message.report;
    });
    this.done = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      if (code === 0 || signal === 'SIGKILL') return report;
      throw new Error(`${program} ended with ${code ?? signal}`);
    });
    // Whoever waits for it is told; until then it is no rejection that nobody handles.
    this.done.catch(() => undefined);
  }

  begin(): void {
    this.#child.send('begin');
  }

  /** Tells a program that runs until then to end. */
  end(): void {
    if (this.#child.connected) this.#child.send('end');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Runs a program of the benchmark in this process. */
export async function runHand<Task>(
  program: (task: Task, signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const task = JSON.parse(process.argv[2]!) as Task;
  const say = (said: Said): void => void process.send!(said);
  const ended = new AbortController();
  process.on('message', (message) => message === 'end' && ended.abort());
  say({ said: 'ready' });
  await once(process, 'message');
  const measuring = setInterval(() => {
    const { heapUsed, rss } = process.memoryUsage();
    say({ said: 'memory', heapUsed, rss });
  }, 1_000);
  const before = process.cpuUsage();
  const report = await program(task, ended.signal);
  const { user, system } = process.cpuUsage(before);
  say({ said: 'done', report: { ...report, cpuSeconds: (user + system) / 1e6 } });
  clearInterval(measuring);
  process.disconnect();
}
