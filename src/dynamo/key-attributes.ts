import type { KeyAttributes } from '../table/gateway.js';
import type { AttributeMap, RowKey } from '../values/attribute-value.js';

export const defaultKeyAttributes: KeyAttributes = Object.freeze({ pk: 'pk', sk: 'sk' });

/** A row's key in the table's own attribute names. */
export function keyAttributeMap(names: KeyAttributes, key: RowKey): AttributeMap {
  return { [names.pk]: { S: key.pk }, [names.sk]: { S: key.sk } };
}

/** The key of a row that was read. Rows come from a table whose key attributes are strings. */
export function keyOfRow(names: KeyAttributes, row: AttributeMap): RowKey {
  return { pk: (row[names.pk] as { S: string }).S, sk: (row[names.sk] as { S: string }).S };
}
