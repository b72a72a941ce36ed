import { isSecondary, own, type PrimaryRow, readPrimary } from '../protocol/row.js';
import type { Gateway } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';

/** A row of Ductile's, as a scan meets it. */
export type ScannedRow =
  | { readonly kind: 'primary'; readonly row: PrimaryRow }
  | { readonly kind: 'secondary'; readonly key: RowKey; readonly row: AttributeMap };

/**
 * Every row of every item, one page of the table after another. Rows without `$type` are the registry's or other
 * software's and are passed over. Costs one strongly consistent Scan request a megabyte.
 *
 * @throws DamagedRowError where a primary row cannot be understood; the signal's reason, between two rows
 */
export async function* scanRows(gateway: Gateway, signal?: AbortSignal): AsyncGenerator<ScannedRow> {
  let after: RowKey | undefined;
  do {
    signal?.throwIfAborted();
    const page = await gateway.scan(after === undefined ? {} : { after });
    for (const row of page.rows) {
      if (!(own.type in row)) continue;
      signal?.throwIfAborted();
      const key = gateway.keyOf(row);
      yield isSecondary(row) ? { kind: 'secondary', key, row } : { kind: 'primary', row: readPrimary(row, key) };
    }
    after = page.last;
  } while (after !== undefined);
  signal?.throwIfAborted();
}
