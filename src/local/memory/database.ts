import { MemoryDynamoError } from './errors.js';
import type { MemoryTable } from './table.js';

/** A transaction that was carried out: the same token with the same request does nothing more. */
export interface KnownToken {
  readonly request: string;
  readonly until: number;
}

/** All that there is. */
export interface Database {
  readonly now: () => number;
  tables: Map<string, MemoryTable>;
  tokens: Map<string, KnownToken>;
}

/** @throws MemoryDynamoError (ResourceNotFoundException) */
export function tableOf(database: Database, name: string | undefined): MemoryTable {
  const table = database.tables.get(name ?? '');
  if (table !== undefined) return table;
  throw new MemoryDynamoError('ResourceNotFoundException', 'Requested resource not found');
}
