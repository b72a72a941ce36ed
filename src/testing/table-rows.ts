import {
  isSecondary,
  keyId,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  type SecondaryRow,
  typeOf,
} from '../protocol/row.js';
import { entriesFrom, type Entry, registryPk } from '../registry/entry.js';
import { extend, nothingKnown } from '../registry/fold.js';
import type { Knowledge } from '../registry/knowledge.js';
import { type LogRow, readEntries } from '../registry/log.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { DamagedRowError } from '../views/errors.js';
import type { TableFault } from './table-fault.js';

/** A secondary row as it stands in the table. */
export interface CopyRow extends SecondaryRow {
  readonly key: RowKey;
  readonly raw: AttributeMap;
}

/** Every row of a table, by what it is. */
export interface TableRows {
  readonly items: readonly PrimaryRow[];
  /** By `keyId` of their keys. */
  readonly copies: ReadonlyMap<string, CopyRow>;
  /** Rows without `$type`: the registry's, and other software's. */
  readonly others: readonly RowKey[];
  /** What the registry says at each epoch; first what is known without it. */
  readonly epochs: readonly Knowledge[];
  /** Rows whose own attributes cannot be understood. */
  readonly damaged: readonly TableFault[];
}

/** Reads a whole table. Costs one strongly consistent Scan request a megabyte. */
export async function readTable(gateway: Gateway): Promise<TableRows> {
  const items: PrimaryRow[] = [];
  const copies = new Map<string, CopyRow>();
  const others: RowKey[] = [];
  const log: LogRow[] = [];
  const damaged: TableFault[] = [];
  for (const raw of await allRows(gateway)) {
    const key = gateway.keyOf(raw);
    try {
      if (isEntry(key)) log.push({ sk: key.sk, row: raw });
      if (typeOf(raw) === undefined) others.push(key);
      else if (isSecondary(raw)) copies.set(keyId(key), { ...readSecondary(raw, key), key, raw });
      else items.push(readPrimary(raw, key));
    } catch (error) {
      if (!(error instanceof DamagedRowError)) throw error;
      damaged.push({ invariant: 'NO-SURPRISE', key, what: `cannot be understood: ${error.message}` });
    }
  }
  return { items, copies, others, epochs: epochsOf(await readEntries(gateway, log)), damaged };
}

function isEntry({ pk, sk }: RowKey): boolean {
  const [low, high] = entriesFrom(1);
  return pk === registryPk && sk >= low && sk <= high;
}

function epochsOf(entries: readonly Entry[]): readonly Knowledge[] {
  const epochs = [nothingKnown];
  for (const entry of [...entries].sort((a, b) => a.epoch - b.epoch)) epochs.push(extend(epochs.at(-1)!, [entry]));
  return epochs;
}

/** Every row as it stands, the registry's among them. */
export async function allRows(gateway: Gateway): Promise<readonly AttributeMap[]> {
  const rows: AttributeMap[] = [];
  let after: RowKey | undefined;
  do {
    const page = await gateway.scan(after === undefined ? {} : { after });
    rows.push(...page.rows);
    after = page.last;
  } while (after !== undefined);
  return rows;
}
