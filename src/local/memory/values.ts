/** A value as DynamoDB's low-level API has it: `{ S: 'text' }`, `{ N: '12' }`, `{ M: { … } }`. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Row }
  | { readonly L: readonly AttributeValue[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] };

/** The attributes of one row, by name. */
export type Row = { readonly [name: string]: AttributeValue };
