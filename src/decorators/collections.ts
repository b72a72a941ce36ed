import type { CollectionType, FieldTypeSpec } from './field-spec.js';

/**
 * A list of values of one type, in their order. The property is an array; stored as a DynamoDB list.
 *
 * @example @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
 */
export function arrayOf<const Of extends FieldTypeSpec>(of: Of): CollectionType<'array', Of> {
  return Object.freeze({ kind: 'array', of });
}

/**
 * Values of one type under any strings as keys. The property is a plain object; stored as a DynamoDB map.
 *
 * @example @Field({ type: mapOf('int') }) stock!: Record<string, number>;
 */
export function mapOf<const Of extends FieldTypeSpec>(of: Of): CollectionType<'map', Of> {
  return Object.freeze({ kind: 'map', of });
}

/**
 * Distinct strings (also uuid, ulid, url, isoDate, decimal, enums of strings) or numbers (int, uint, bigint, double, enums of
 * ints). The property is a `Set`; stored as a DynamoDB set.
 *
 * @example @Field({ type: setOf('string') }) tags!: Set<string>;
 */
export function setOf<const Of extends FieldTypeSpec>(of: Of): CollectionType<'set', Of> {
  return Object.freeze({ kind: 'set', of });
}
