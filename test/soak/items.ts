import { isSecondary, type PrimaryRow, readPrimary, typeOf } from '../../src/protocol/row.js';
import type { Gateway } from '../../src/table/gateway.js';
import { allRows } from '../support/check-table.js';

/** The primary rows of a table. */
export async function allItems(gateway: Gateway): Promise<readonly PrimaryRow[]> {
  return (await allRows(gateway))
    .filter((row) => typeOf(row) !== undefined && !isSecondary(row))
    .map((row) => readPrimary(row, gateway.keyOf(row)));
}

/** A text as it is stored; empty where there is none. */
export function storedText({ raw }: PrimaryRow, name: string): string {
  const value = raw[name];
  return value !== undefined && 'S' in value ? value.S : '';
}
