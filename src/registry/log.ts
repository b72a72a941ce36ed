import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';
import { entriesFrom, type Entry, entryKey, epochOf, partedTexts, readEntry, registryPk } from './entry.js';
import { readParts } from './parts.js';

/** A row of the log, and where it stands. */
export interface LogRow {
  readonly sk: string;
  readonly row: AttributeMap;
}

/** What a read of the log came to. */
export interface LogRead {
  /** In the order of their epochs, each one after the one before. */
  readonly rows: readonly LogRow[];
  /** Every entry that was appended before this moment of the server's clock is among them; undefined where that is not known. */
  readonly asOf: number | undefined;
}

/**
 * The log from an epoch on. Costs one strongly consistent Query for each megabyte, and one more where entries were
 * appended under the read.
 *
 * A Query is no snapshot: it can pass the place of an entry before that is put, and still meet the one after it. An entry
 * that is missing was put before the one that follows it, so a Query that begins now finds it, or it is gone.
 *
 * @throws RegistryDamagedError
 */
export async function readLog(gateway: Gateway, epoch: number): Promise<LogRead> {
  let { rows, asOf } = await queryLog(gateway, epoch);
  let gap = gapIn(rows, epoch);
  while (gap !== undefined) {
    const rest = await queryLog(gateway, gap.epoch);
    rows = [...rows.slice(0, gap.index), ...rest.rows];
    asOf = rest.asOf;
    const next = gapIn(rows, epoch);
    // Who folds the log says of what stays that it is damage.
    if (next?.epoch === gap.epoch) break;
    gap = next;
  }
  return { rows, asOf };
}

/** The entries of rows. Costs a strongly consistent get for each part of those that are too large for one row. */
export async function readEntries(gateway: Gateway, rows: readonly LogRow[]): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { sk, row } of rows) {
    const texts = new Map<string, string>();
    for (const text of partedTexts(row)) texts.set(text.hash, await readParts(gateway, text, epochOf(sk)));
    entries.push(readEntry(sk, row, texts));
  }
  return entries;
}

/** The first epoch that has no row although a later one has. Where the first of a known head is missing, that is no gap. */
function gapIn(rows: readonly LogRow[], from: number): { readonly epoch: number; readonly index: number } | undefined {
  const first = from === 0 || rows[0] === undefined ? 1 : epochOf(rows[0].sk);
  const index = rows.findIndex(({ sk }, i) => sk !== entryKey(first + i).sk);
  return index < 0 ? undefined : { epoch: first + index, index };
}

async function queryLog(gateway: Gateway, epoch: number): Promise<LogRead> {
  const rows: LogRow[] = [];
  let after: RowKey | undefined;
  let asOf: number | undefined;
  do {
    const page = await gateway.query({
      pk: registryPk,
      between: entriesFrom(epoch),
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows.map((row) => ({ sk: gateway.keyOf(row).sk, row })));
    // Of several pages the first one is the oldest.
    if (after === undefined) asOf = page.asOf;
    after = page.last;
  } while (after !== undefined);
  return { rows, asOf };
}
