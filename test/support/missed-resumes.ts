import type { Gateway } from '../../src/table/gateway.js';
import type { RowKey } from '../../src/values/attribute-value.js';

export type Segment = { readonly index: number; readonly of: number } | undefined;

/** Resumes of a scan after rows, and after whole partitions, that are gone: how many missed rows. */
export async function missed(gateway: Gateway, segments: readonly Segment[]): Promise<number> {
  for (let p = 0; p < 4; p++) {
    for (let s = 0; s < 3; s++) await put(gateway, { pk: `/p-${p}`, sk: `/s-${s}` });
  }
  let wrong = 0;
  for (const segment of segments) {
    const all = await keysAfter(gateway, segment, undefined);
    for (const [i, key] of all.entries()) {
      const gone = i % 3 === 0 ? all.filter(({ pk }) => pk === key.pk) : [key];
      for (const each of gone) await gateway.write([{ kind: 'delete', key: each }], 't');
      const rest = all.slice(i + 1).filter((each) => !gone.includes(each));
      if ((await keysAfter(gateway, segment, key)).length !== rest.length) wrong++;
      for (const each of gone) await put(gateway, each);
    }
  }
  return wrong;
}

const put = (gateway: Gateway, key: RowKey) => gateway.write([{ kind: 'put', key, row: {} }], 't');

async function keysAfter(gateway: Gateway, segment: Segment, from: RowKey | undefined): Promise<readonly RowKey[]> {
  const keys: RowKey[] = [];
  let after = from;
  do {
    const page = await gateway.scan({
      limit: 5,
      ...(segment === undefined ? {} : { segment }),
      ...(after === undefined ? {} : { after }),
    });
    keys.push(...page.rows.map((row) => gateway.keyOf(row)));
    after = page.last;
  } while (after !== undefined);
  return keys;
}

export const halves: readonly Segment[] = [0, 1].map((index) => ({ index, of: 2 }));
