import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.js';
import { journalFile } from './journal.js';
import type { Task } from './member.js';

const LOADER = fileURLToPath(new URL('../../.ci/typescript.mjs', import.meta.url));
const KEPT_OUTPUT = 4000;
/** Of a hundred disturbances; the others are pauses. */
const KILLS = 35;
/** What an application has written down when it is worth killing: on a busy machine it would else do nothing but start. */
const GROWN_BYTES = 8_000;

type Program = 'application' | 'deployment' | 'retirement' | 'observer';

/** How a life of a process ended. */
type End = 'finished' | 'killed' | 'failed';

/** One process of the fleet through all its lives. */
interface Member {
  readonly name: string;
  readonly program: Program;
  readonly version: number;
  /** How many more kills it is given: a deployment must come to its end. */
  killsLeft: number;
  life: number;
  child: ChildProcess;
  paused: boolean;
  killed: boolean;
}

/** The processes of a run, their kills and their pauses. */
export class Fleet {
  readonly #members = new Set<Member>();
  readonly #failed = new AbortController();
  #ended = false;
  /** Processes that ended as they must not. */
  readonly failures: string[] = [];
  /** Aborted with the first of them. */
  readonly failed = this.#failed.signal;
  kills = 0;
  pauses = 0;
  lives = 0;

  constructor(
    private readonly place: Pick<Task, 'endpoint' | 'table' | 'folder'>,
    private readonly seed: number,
  ) {}

  /** Starts a process, and again whenever it is killed. Resolves once it has ended by itself. */
  async run(program: Program, name: string, version: number, kills = Infinity): Promise<void> {
    const member: Partial<Member> = { name, program, version, killsLeft: kills };
    for (let life = 1; ; life++) {
      const end = await this.#live(Object.assign(member, { life }) as Member);
      if (end !== 'killed' || this.#ended) return;
    }
  }

  /** Kills one process, which is started again, or lets one pause: until `signal`, at moments that follow from `chance`. */
  async disturb(chance: Chance, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(chance.duration(100, 2500));
      const dice = chance.below(100);
      const disturbed = [...this.#members].filter(
        (member) => member.program !== 'observer' && !member.paused && (dice >= KILLS || this.#isRipe(member)),
      );
      if (disturbed.length === 0) continue;
      const deployments = disturbed.filter(({ program }) => program !== 'application');
      const member = chance.pick(deployments.length > 0 && chance.below(3) === 0 ? deployments : disturbed);
      if (dice < KILLS) this.#kill(member);
      else void this.#pause(member, chance.duration(2, member.program === 'application' ? 5000 : 1500));
    }
  }

  /** Stops a process, and gives what lets it go on. */
  sleep(name: string): () => void {
    const member = [...this.#members].find((each) => each.name === name);
    if (member?.child.kill('SIGSTOP') !== true) return () => undefined;
    const { child } = member;
    member.paused = true;
    this.pauses++;
    return () => {
      child.kill('SIGCONT');
      if (member.child === child) member.paused = false;
    };
  }

  /** Tells every process that the run is over. */
  end(): void {
    this.#ended = true;
    for (const { child } of this.#members) {
      child.kill('SIGCONT');
      child.stdin?.end();
    }
  }

  /** Whatever still runs. */
  killAll(): void {
    for (const { child } of this.#members) child.kill('SIGKILL');
  }

  async #live(member: Member): Promise<End> {
    const { name, life, version, program } = member;
    const task: Task = { ...this.place, name: `${name}.${life}`, version, life, seed: this.#seedOf(name, life) };
    const file = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
    const child = spawn(process.execPath, ['--import', LOADER, file, JSON.stringify(task)], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    this.lives++;
    Object.assign(member, { child, paused: false, killed: false });
    this.#members.add(member);
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-KEPT_OUTPUT)));
    child.stdin.on('error', () => undefined);
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('close', (code, signal) => resolve([code, signal]));
      child.once('error', reject);
    });
    this.#members.delete(member);
    if (member.killed) return 'killed';
    if (code === 0) return 'finished';
    this.failures.push(`${task.name} ended with ${signal ?? `exit code ${code}`}: ${printed.trim()}`);
    this.#failed.abort();
    return 'failed';
  }

  #isRipe({ program, name, life, killsLeft }: Member): boolean {
    if (program !== 'application') return killsLeft > 0;
    return bytesOf(journalFile(this.place.folder, `${name}.${life}`)) > GROWN_BYTES;
  }

  #kill(member: Member): void {
    member.killed = member.child.kill('SIGKILL');
    member.killsLeft--;
    this.kills++;
  }

  async #pause({ name }: Member, milliseconds: number): Promise<void> {
    const wake = this.sleep(name);
    await sleep(milliseconds);
    wake();
  }

  /** Each life of each process has a seed of its own. */
  #seedOf(name: string, life: number): number {
    return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, this.seed) * 1000 + life * 10;
  }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
