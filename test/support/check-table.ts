import { demand } from '../../src/protocol/demand.js';
import {
  isSecondary,
  keyId,
  type PrimaryRow,
  readPrimary,
  readSecondary,
  sameKey,
  typeOf,
  userAttributes,
} from '../../src/protocol/row.js';
import type { Knowledge } from '../../src/registry/knowledge.js';
import type { Gateway } from '../../src/table/gateway.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { sameValue } from '../../src/values/same-value.js';

/**
 * Reads every row of a table at rest and says what is wrong with it: [LAYOUT] of every item at the epoch of its stamp,
 * rows that no item lists, and copies that differ from their primary. An empty list is a sound table.
 */
export async function checkTable(gateway: Gateway, knowledge: Knowledge): Promise<readonly string[]> {
  const primaries: PrimaryRow[] = [];
  const secondaries = new Map<string, { key: RowKey; row: AttributeMap }>();
  for (const row of await allRows(gateway)) {
    if (typeOf(row) === undefined) continue;
    const key = gateway.keyOf(row);
    if (isSecondary(row)) secondaries.set(keyId(key), { key, row });
    else primaries.push(readPrimary(row, key));
  }
  const wrong: string[] = [];
  for (const primary of primaries) {
    wrong.push(...wrongWithManifest(primary, knowledge));
    for (const [path, listed] of primary.manifest) {
      if (listed === 'open') continue;
      const found = secondaries.get(keyId(listed));
      if (found === undefined || readSecondary(found.row, found.key).owner.key.pk !== primary.key.pk) {
        wrong.push(`${print(primary.key)}: path ${path} is listed but has no row`);
        continue;
      }
      secondaries.delete(keyId(listed));
      if (!isCopy(gateway, primary.raw, found.row))
        wrong.push(`${print(primary.key)}: its row on path ${path} is stale`);
    }
  }
  for (const { key } of secondaries.values()) wrong.push(`${print(key)}: no item lists this row`);
  return wrong;
}

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

function wrongWithManifest({ type, key, raw, manifest, epoch }: PrimaryRow, knowledge: Knowledge): readonly string[] {
  const paths = knowledge.demanded.get(type) ?? [];
  const expandedAt = (path: string): number => {
    const versions = [...knowledge.versions.values()].filter(({ schema }) =>
      schema.types[type]?.keyPaths.some(({ id }) => id === path),
    );
    return Math.min(...versions.map((version) => version.epoch));
  };
  const [, ...demanded] = demand(paths, raw).filter(({ path }) => path.id === '0' || expandedAt(path.id) <= epoch);
  const wrong: string[] = [];
  for (const row of demanded) {
    const listed = manifest.get(row.path.id);
    if (listed === undefined)
      wrong.push(`${print(key)}: path ${row.path.id} is demanded at epoch ${epoch} and not listed`);
    else if (listed !== 'open' && !sameKey(listed, row.key))
      wrong.push(`${print(key)}: path ${row.path.id} is listed under another key`);
  }
  for (const path of manifest.keys()) {
    if (!demanded.some((row) => row.path.id === path))
      wrong.push(`${print(key)}: path ${path} is listed and not demanded`);
  }
  return wrong;
}

function isCopy({ keys }: Gateway, primary: AttributeMap, copy: AttributeMap): boolean {
  const whole = (row: AttributeMap): AttributeMap => ({
    ...userAttributes(row, keys),
    $rev: row['$rev']!,
    $inc: row['$inc']!,
  });
  return sameValue({ M: whole(primary) }, { M: whole(copy) });
}

const print = ({ pk, sk }: RowKey): string => `${pk} ${sk}`;
