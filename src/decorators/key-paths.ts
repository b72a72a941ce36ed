import type { NextParameter, TemplateParameters, TemplatePrefixes, TypeProblem } from '../keypaths/types.js';
import type { EntityClass } from './declared.js';
import type { Unbranded } from './generated.js';

/**
 * The key under which a class may declare its key paths for the compiler: a tuple, the primary one first. It is a type
 * only: nothing is stored, and no instance has it.
 *
 * @example
 * class Order {
 *   declare readonly [keyPaths]?: [
 *     '/customer-:customerId/order-:orderId',
 *     '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
 *   ];
 * }
 */
export const keyPaths: unique symbol = Symbol.for('ductile.keyPaths') as never;

/** The tuple that a class declares under `[keyPaths]`; `readonly string[]` where it declares none. */
type DeclaredKeyPaths<T> = T extends { readonly [keyPaths]?: infer Paths extends readonly string[] }
  ? Paths
  : readonly string[];

/**
 * The key paths of a class, as a union; `string` where it does not declare them.
 *
 * @example KeyPathsOf<Order> // '/customer-:customerId/order-:orderId' | '/delivery-:deliveryDate/…'
 */
export type KeyPathsOf<T> = typeof keyPaths extends keyof T ? DeclaredKeyPaths<T>[number] : string;

/** The primary key path of a class; `string` where it does not declare its key paths. */
export type PrimaryKeyPathOf<T> = typeof keyPaths extends keyof T ? DeclaredKeyPaths<T>[0] : string;

/**
 * Every prefix by which items of a class may be listed; `string` where it does not declare its key paths.
 *
 * @example PrefixesOf<Order> // '/customer-:customerId' | '/customer-:customerId/order-' | …
 */
export type PrefixesOf<T> = TemplatePrefixes<KeyPathsOf<T>>;

/** What a key parameter may hold. */
export type KeyParameter = string | number | bigint | boolean | Date | Uint8Array;

/**
 * The parameters of a key path (or of a prefix of one), each of its property's type; any properties of the class where
 * the compiler does not know the path.
 *
 * @example KeyParameters<Order, '/customer-:customerId/order-'> // { readonly customerId: string }
 */
export type KeyParameters<T, Path extends string> = string extends Path
  ? { readonly [Name in keyof T & string]?: ParameterOf<T, Name> }
  : { readonly [Name in TemplateParameters<Path>]: ParameterOf<T, Name> };

/**
 * The parameters of the primary key path, by which an item is found, updated and deleted.
 *
 * @example PrimaryKeyOf<Order> // { readonly customerId: string; readonly orderId: string }
 */
export type PrimaryKeyOf<T> = KeyParameters<T, PrimaryKeyPathOf<T>>;

/**
 * What the parameter that follows a prefix may hold, a `TypeProblem` where none does; any `KeyParameter` where the class
 * does not declare its key paths.
 *
 * @example NextParameterOf<Order, '/customer-:customerId/order-'> // string
 */
export type NextParameterOf<T, Prefix extends string> =
  string extends KeyPathsOf<T>
    ? KeyParameter
    : [NextParameter<KeyPathsOf<T>, Prefix>] extends [never]
      ? TypeProblem<'no parameter follows the prefix'>
      : ParameterOf<T, NextParameter<KeyPathsOf<T>, Prefix>>;

/**
 * The prefixes that every one of the classes has, of those that declare their key paths; `string` where none does.
 *
 * @example SharedPrefixesOf<[typeof Order, typeof Invoice]> // '/customer-:customerId'
 */
export type SharedPrefixesOf<Types extends readonly EntityClass[]> = Types extends readonly [
  EntityClass<infer First>,
  ...infer Rest extends readonly EntityClass[],
]
  ? PrefixesOf<First> & SharedPrefixesOf<Rest>
  : string;

/**
 * The parameters of a prefix, each of a type that fits every one of the classes; any where the compiler does not know
 * the prefix or the classes.
 *
 * @example SharedParametersOf<[typeof Order, typeof Invoice], '/customer-:customerId'> // { readonly customerId: string }
 */
export type SharedParametersOf<Types extends readonly EntityClass[], Prefix extends string> = string extends Prefix
  ? Readonly<Record<string, KeyParameter>>
  : object extends InstanceType<Types[number]>
    ? Readonly<Record<string, KeyParameter>>
    : { readonly [Name in TemplateParameters<Prefix>]: SharedParameterOf<Types, Name> };

type SharedParameterOf<Types extends readonly EntityClass[], Name extends string> = Types extends readonly [
  EntityClass<infer First>,
  ...infer Rest extends readonly EntityClass[],
]
  ? ParameterOf<First, Name> & SharedParameterOf<Rest, Name>
  : unknown;

type ParameterOf<T, Name extends string> = Name extends keyof T
  ? Unbranded<NonNullable<T[Name]>>
  : TypeProblem<`the class has no property '${Name}'`>;
