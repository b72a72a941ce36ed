import type { Call, Log, Outcome } from './history.js';
import type { SimProcess } from './process.js';
import type { Doc, Kind } from './releases.js';
import type { Scheduler } from './scheduler.js';
import type { Network } from './network.js';

/** What an application or an operator asks for. `doc` and `change` are in storage names. */
export type What =
  | { readonly kind: 'insert'; readonly id: string; readonly doc: Doc }
  | { readonly kind: 'update'; readonly id: string; readonly change: Change }
  /** Of an entity that was loaded at the write of `base`. */
  | { readonly kind: 'save'; readonly id: string; readonly base: string; readonly change: Change }
  | { readonly kind: 'delete'; readonly id: string; readonly base?: string }
  | { readonly kind: 'find'; readonly id: string }
  | {
      readonly kind: 'find by';
      readonly path: string;
      readonly field: 'alias' | 'code' | 'rank' | 'text';
      readonly value: string;
    }
  | { readonly kind: 'list'; readonly path: string; readonly of: readonly Kind[]; readonly by: ListedBy }
  | { readonly kind: Task };

export type Task =
  | 'open'
  | 'publish'
  | 'backfill'
  | 'verify'
  | 'promote'
  | 'retire'
  | 'undo'
  | 'drop'
  | 'withdraw'
  | 'settings'
  | 'restore'
  | 'background';
export type Change = Partial<Doc> & { readonly mark: string };

/** What selects the items of a list: a field of the key path, and its value. */
export type ListedBy = { readonly board: string } | { readonly day: string } | { readonly colour: string };

export type NoteCall = Call<What>;

/** Runs calls and remembers what became of them. */
export class Calls {
  readonly all: NoteCall[] = [];
  readonly open = new Map<NoteCall, SimProcess>();
  private marks = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly log: Log,
  ) {}

  /** A text for one write alone. */
  newMark(): string {
    return `w${++this.marks}`;
  }

  /** Runs a call to its end; resolves to what it resolves to, or undefined where it fails. */
  async make<R>(process: SimProcess, network: Network, what: What, work: () => Promise<R>): Promise<R | undefined> {
    const call: NoteCall = {
      id: this.all.length + 1,
      process: process.name,
      version: process.version,
      what,
      began: this.scheduler.tick,
      beganAt: this.scheduler.now,
      ended: Infinity,
      endedAt: Infinity,
      outcome: { kind: 'unknown', why: 'it did not end' },
      doubtful: false,
      lag: process.lag,
    };
    this.all.push(call);
    this.open.set(call, process);
    this.note(process, () => `┌ ${call.id} ${printWhat(what)}`);
    const doubts = network.doubts;
    const { stops, heardAt } = process;
    let value: R | undefined;
    try {
      value = await work();
      call.outcome = { kind: 'ok', value };
    } catch (error) {
      call.outcome = outcomeOf(error as Error);
    }
    this.open.delete(call);
    call.ended = this.scheduler.tick;
    call.endedAt = this.scheduler.now;
    call.doubtful = network.doubts > doubts;
    if (process.stops > stops) call.lag = Math.max(call.lag, call.endedAt - heardAt);
    this.note(process, () => `└ ${call.id} ${printWhat(what)}: ${printOutcome(call.outcome)}`);
    return value;
  }

  /** Its process has crashed: what its open calls did is not known. */
  crashed(process: SimProcess): void {
    for (const [call, of] of this.open) {
      if (of !== process) continue;
      call.outcome = { kind: 'unknown', why: 'its process crashed' };
      this.open.delete(call);
    }
  }

  private note(process: SimProcess, text: () => string): void {
    this.log.add(this.scheduler.now, this.scheduler.tick, process.name, text);
  }
}

function outcomeOf(error: Error): Outcome {
  const { code, name } = error as { readonly code?: string; readonly name: string };
  if (code === 'OUTCOME_UNKNOWN') return { kind: 'unknown', why: code };
  return { kind: 'failed', code: isDuctile(error) ? code : name, error };
}

/** Errors of the library have a code in capitals; those of Node have one too, but theirs is not told apart by a class. */
const isDuctile = (error: Error): boolean => 'facts' in error;

export function printWhat(what: What): string {
  const { kind, ...rest } = what;
  return `${kind} ${Object.values(rest)
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' ')}`;
}

export function printOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value === undefined ? 'ok' : `ok ${JSON.stringify(outcome.value)}`;
    case 'failed':
      return outcome.code ?? String(outcome.error);
    case 'unknown':
      return `unknown (${outcome.why})`;
  }
}
