import type { TypeProblem } from '../keypaths/types.js';

declare const origin: unique symbol;

/**
 * A property that `create` may leave out: that of a field with an `initialValue`, which `create` fills, or with a
 * `readDefault` and `required: false`, which then reads as its default. A `T` can be assigned to it, and it can be used as
 * a `T`. It is a type only: a field with neither is asked for when it is written.
 *
 * @example
 * @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
 * @Field({ type: 'string', readDefault: 'open', required: false }) status!: Generated<string>;
 */
export type Generated<T> = T & { readonly [origin]?: 'generated' };

/**
 * The result of a getter, so that `create` does not ask for it.
 *
 * @example get total(): Computed<number> { return this.items.length; }
 */
export type Computed<T> = T & { readonly [origin]?: 'computed' };

/** The type under a `Generated` or `Computed`, which takes the same values and prints as itself. */
export type Unbranded<Value> = Value extends Branded<infer Plain> ? Plain : Value;

type Branded<T> = Generated<T> | Computed<T>;

/**
 * What `create` takes for a class: a plain object of its fields, nested objects as plain objects too. Generated fields
 * and those with a `?` may be left out; methods and computed properties are no part of it.
 *
 * @example
 * CreateInput<Order>
 * // { customerId: string; items: readonly { sku: string; … }[]; orderDate: Date; deliveryDate: string } & { orderId?: string }
 */
export type CreateInput<T> = {
  [Name in keyof T as InputName<NonNullable<T[Name]>, Name, 'given'>]: InputValue<T[Name]>;
} & {
  [Name in keyof T as InputName<NonNullable<T[Name]>, Name, 'generated'>]?: InputValue<T[Name]>;
};

/**
 * What `assign` takes for a class: any of what `create` takes, nested objects in part too. `undefined` says nothing; `null`
 * unsets, so only properties that may be undefined take it. Arrays and maps are given whole.
 *
 * @example
 * AssignInput<Order>
 * // { customerId?: string; items?: readonly { sku: string; … }[]; note?: string | null; … }
 */
export type AssignInput<T> = {
  readonly [Name in keyof T as InputName<NonNullable<T[Name]>, Name, 'given' | 'generated'>]?:
    AssignValue<T[Name]> | (undefined extends T[Name] ? null : never) | undefined;
};

/**
 * What `Values` has beyond what `assign` takes, refused: an object of a wider type, such as a DTO, would pass else. Its
 * methods may be there; they are no values.
 */
export type NothingElse<T, Values> = {
  readonly [Name in Exclude<keyof Values, keyof AssignInput<T>>]: Values[Name] extends (...args: never) => unknown
    ? Values[Name]
    : TypeProblem<'this property is no field of the type'>;
};

type AssignValue<Value> = unknown extends Value
  ? Value
  : Value extends Branded<infer Plain extends Whole>
    ? Plain
    : Value extends readonly (infer Element)[]
      ? readonly InputValue<Element>[]
      : Value extends object
        ? string extends keyof Value
          ? InputValue<Value>
          : AssignInput<Value>
        : Value;

type InputName<Value, Name, Part extends 'given' | 'generated'> = Name extends string | number
  ? Part extends OriginOf<Value>
    ? Name
    : never
  : never;

type OriginOf<Value> = Value extends { readonly [origin]?: infer Origin }
  ? Origin extends string
    ? Origin
    : 'given'
  : Value extends (...args: never) => unknown
    ? 'method'
    : 'given';

type InputValue<Value> = unknown extends Value
  ? Value
  : Value extends Branded<infer Plain extends Whole>
    ? Plain
    : Value extends readonly (infer Element)[]
      ? readonly InputValue<Element>[]
      : Value extends object
        ? CreateInput<Value>
        : Value;

/** What is given as it is. */
type Whole = string | number | bigint | boolean | Date | Uint8Array | ReadonlySet<unknown>;
