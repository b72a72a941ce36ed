import { type ScalarName, scalarTypes } from './scalars/index.js';

export type { JsonValue } from './json-value.js';
export type { ScalarName };

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

/** Whether a type, of a field or of a class, is a scalar one. */
export const isScalar = <T extends { readonly kind: string }>(
  type: T,
): type is Extract<T, { readonly kind: ScalarName }> => Object.hasOwn(scalarTypes, type.kind);
