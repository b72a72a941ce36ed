import type { RowKey } from '../values/attribute-value.js';
import { printKey } from '../protocol/errors.js';

/** What must hold of every table that Ductile writes, by the names that docs/protocol.md gives. */
export type Invariant = 'STAMP-MONOTONE' | 'FENCE' | 'LAYOUT' | 'COMPLETE' | 'KEY-VIEW' | 'GET-PUT' | 'NO-SURPRISE';

/** One thing that is wrong with a table at rest. */
export interface TableFault {
  readonly invariant: Invariant;
  /** Storage name of the item type; absent where the row does not tell. */
  readonly type?: string;
  /** The key of the row that it is about. */
  readonly key: RowKey;
  /** In words that follow the key. */
  readonly what: string;
}

/** A fault as one line. */
export function printFault({ invariant, type, key, what }: TableFault): string {
  return `[${invariant}] ${type === undefined ? '' : `${type} `}${printKey(key)} ${what}`;
}
