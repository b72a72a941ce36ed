/** The scalar types of a field, by the name that `@Field` takes. */
export type ScalarName =
  | 'string'
  | 'boolean'
  | 'int'
  | 'uint'
  | 'bigint'
  | 'double'
  | 'decimal'
  | 'bytes'
  | 'uuid'
  | 'url'
  | 'json'
  | 'timestampSeconds'
  | 'timestampMilliseconds'
  | 'isoDate'
  | 'durationSeconds';

/**
 * The type of a field as data: what the registry stores and every process can interpret. Enums and object types are
 * named by their storage names, which a rename does not change.
 */
export type FieldType =
  | { readonly kind: ScalarName }
  | { readonly kind: 'enum'; readonly enum: string }
  | { readonly kind: 'object'; readonly object: string }
  | { readonly kind: 'array'; readonly of: FieldType }
  | { readonly kind: 'map'; readonly of: FieldType }
  | { readonly kind: 'set'; readonly of: FieldType };

/** A value that JSON can say: how defaults are written down in the registry. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };
