/**
 * A DynamoDB attribute value in the wire's own form. Structurally the SDK's `AttributeValue`, declared here so that
 * everything above the wire can be read and tested without the SDK.
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] };

/** The attributes of a row, or of a nested map, by storage name. */
export interface AttributeMap {
  readonly [attribute: string]: AttributeValue;
}

/** The primary key of a DynamoDB row, as Ductile sees it; the table's own attribute names are applied at the edge. */
export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}
