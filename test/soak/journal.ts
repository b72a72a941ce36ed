import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PathName, TextName } from './shop/release.js';

/** What a process is about to ask of the library, written down before it does. */
export interface Intent {
  readonly kind: 'intent';
  readonly call: number;
  readonly at: number;
  readonly what: 'insert' | 'update' | 'save' | 'delete';
  /** `customer/order` */
  readonly id: string;
  /** The incarnation that it is about, by the mark of its insert, where that is known beforehand. */
  readonly born?: string;
  /** What it appends, and to which text. */
  readonly mark?: string;
  readonly text?: TextName;
}

/** What the library told of a call. An intent without one was not told anything: its process was killed. */
export interface Told {
  readonly kind: 'told';
  readonly call: number;
  readonly at: number;
  readonly told: 'done' | 'failed' | 'unknown';
  /** The incarnation that was changed. */
  readonly born?: string;
  /** Of the error. */
  readonly code?: string;
}

/** A thing that must not be, as the process saw it. */
export interface Wrong {
  readonly kind: 'wrong';
  readonly at: number;
  readonly wrong: string;
}

/** Something that a process came to, for people and for counting. */
export interface Reached {
  readonly kind: 'reached';
  readonly at: number;
  readonly what: string;
}

/** What a process saw that was as it must be, counted. */
export interface Seen {
  readonly kind: 'seen';
  readonly at: number;
  readonly checks: number;
}

/** A read that was begun at that time, and could not tell because its key path is not promoted. */
export interface Incomplete {
  readonly kind: 'incomplete';
  readonly at: number;
  readonly path: PathName;
}

/** The process was not let in. */
export interface Refused {
  readonly kind: 'refused';
  readonly at: number;
  readonly code: string;
}

type Line = Incomplete | Refused | Intent | Told | Wrong | Reached | Seen;

/**
 * An append-only file of one life of a process. Each line is one write to a file that the kernel keeps when the process is
 * killed.
 */
export class Journal {
  readonly #file: number;
  #calls = 0;

  constructor(folder: string, name: string) {
    this.#file = openSync(journalFile(folder, name), 'a');
  }

  intend(intent: Omit<Intent, 'kind' | 'call' | 'at'>): number {
    const call = ++this.#calls;
    this.#write({ kind: 'intent', call, at: Date.now(), ...intent });
    return call;
  }

  tell(call: number, told: Omit<Told, 'kind' | 'call' | 'at'>): void {
    this.#write({ kind: 'told', call, at: Date.now(), ...told });
  }

  wrong(wrong: string): void {
    this.#write({ kind: 'wrong', at: Date.now(), wrong });
  }

  reached(what: string): void {
    this.#write({ kind: 'reached', at: Date.now(), what });
  }

  incomplete(at: number, path: PathName): void {
    this.#write({ kind: 'incomplete', at, path });
  }

  refused(code: string): void {
    this.#write({ kind: 'refused', at: Date.now(), code });
  }

  seen(checks: number): void {
    this.#write({ kind: 'seen', at: Date.now(), checks });
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

export const journalFile = (folder: string, name: string): string => join(folder, `${name}.jsonl`);

/** What one life of a process wrote down. */
export interface Life {
  /** Such as `v2.b.3`: the version that it was compiled at, which process, and which of its lives. */
  readonly name: string;
  readonly version: number;
  readonly calls: readonly { readonly intent: Intent; readonly told: Told | undefined }[];
  readonly wrong: readonly string[];
  readonly reached: readonly Reached[];
  readonly incomplete: readonly Incomplete[];
  readonly refused: readonly Refused[];
  readonly checks: number;
}

export function readLives(folder: string): readonly Life[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => readLife(file.replace('.jsonl', ''), readFileSync(join(folder, file), 'utf8')));
}

function readLife(name: string, text: string): Life {
  const lines = text
    .split('\n')
    .slice(0, -1) // what follows the last line break is empty, or was cut off by a kill
    .map((line) => JSON.parse(line) as Line);
  const told = new Map(lines.filter((line) => line.kind === 'told').map((line) => [line.call, line]));
  return {
    name,
    version: Number(/^v(\d+)/.exec(name)?.[1] ?? 0),
    calls: lines.filter((line) => line.kind === 'intent').map((intent) => ({ intent, told: told.get(intent.call) })),
    wrong: lines.filter((line) => line.kind === 'wrong').map(({ wrong }) => `${name}: ${wrong}`),
    incomplete: lines.filter((line) => line.kind === 'incomplete'),
    refused: lines.filter((line) => line.kind === 'refused'),
    reached: lines.filter((line) => line.kind === 'reached'),
    checks: lines.filter((line) => line.kind === 'seen').reduce((sum, { checks }) => sum + checks, 0),
  };
}
