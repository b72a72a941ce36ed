import type { ScalarName } from '../fields/field-type.js';
import type { EntityClass } from './declared.js';

/**
 * The type of a field, as `@Field`, `arrayOf` and the migrations take it: the name of a scalar type, an enum, a
 * collection, a class, or a function that returns one of these (for a class that is not defined yet when the decorator
 * runs: a recursive type, a circular import).
 *
 * @example
 * 'uuid'
 * Priority                    // enumType('Priority', ['low', 'high'])
 * arrayOf(() => OrderItem)
 * OrderItem                   // a class with @ObjectType
 * () => OrderItem
 */
export type FieldTypeSpec = StatedType | FieldTypeThunk;

/** A type that is there already. */
export type StatedType = ScalarName | EnumType | CollectionType | EntityClass;

/** A function that returns a type: an arrow function, so that it can be told from a class. */
export type FieldTypeThunk = () => StatedType;

/** An enum; made by `enumType`. */
export interface EnumType<Value extends string | number = string | number> {
  readonly kind: 'enum';
  readonly name: string;
  readonly values: readonly Value[];
}

/** A collection; made by `arrayOf`, `mapOf` and `setOf`. */
export interface CollectionType<Kind extends CollectionKind = CollectionKind, Of = unknown> {
  readonly kind: Kind;
  readonly of: Of;
}

export type CollectionKind = 'array' | 'map' | 'set';

/** A thunk has no prototype object, and a class always has one. */
export function isThunk(spec: unknown): spec is FieldTypeThunk {
  return typeof spec === 'function' && spec.prototype === undefined;
}

export function isClass(spec: unknown): spec is EntityClass {
  return typeof spec === 'function' && spec.prototype !== undefined;
}

export function isEnumType(spec: unknown): spec is EnumType {
  return kindOf(spec) === 'enum';
}

export function isCollectionType(spec: unknown): spec is CollectionType {
  return ['array', 'map', 'set'].includes(kindOf(spec) as string);
}

function kindOf(spec: unknown): unknown {
  return typeof spec === 'object' && spec !== null ? (spec as { kind?: unknown }).kind : undefined;
}
