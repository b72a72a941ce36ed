import type { ScalarFacts, ScalarName } from '../fields/scalars/index.js';
import type { TypeProblem } from '../keypaths/types.js';
import type { FieldOptions } from './field-options.js';
import type { CollectionType, EnumType, FieldTypeSpec } from './field-spec.js';
import type { Default, Read, Write } from './field-values.js';
import type { StandardFieldContext } from './standard-context.js';

declare const unstated: unique symbol;

/** `@Field()` without an argument, or with options that name no type. */
export interface Unstated extends FieldOptions {
  readonly [unstated]: true;
}

/**
 * `unknown` where a property and its `@Field` agree, else the `TypeProblem` that says what does not. `Target` and `Key`
 * are what decorators are given: of a legacy decorator the prototype and the property's name, of a standard one
 * `undefined` and its context.
 *
 * The compiler does this for every field of a program, so its work is kept small. It is an interface because the
 * compiler would infer `Key` from every branch of a conditional type, and does not look into what it is yet to index.
 */
export interface FieldChecks<Target, Key, Argument> {
  legacy: Key extends keyof Target ? PropertyCheck<Target[Key], Argument> : unknown;
  standard: Key extends StandardFieldContext<never, infer Value>
    ? Argument extends StatesType
      ? PropertyCheck<Value, Argument>
      : TypeProblem<'standard decorators do not see types: name the type of the field'>
    : unknown;
}

export type DecoratorsOf<Key> = Key extends string ? 'legacy' : 'standard';

type PropertyCheck<Property, Argument> = null extends Property
  ? NullCheck<Property, Argument>
  : undefined extends Property
    ? Argument extends NotRequired
      ? ArgumentCheck<Property, Argument>
      : TypeProblem<'a property that may be undefined needs required: false'>
    : Argument extends NotRequired
      ? Argument extends { readonly readDefault: unknown }
        ? ArgumentCheck<Property, Argument>
        : TypeProblem<'a field with required: false needs a property with ?, or a readDefault (then Generated<T> lets create leave it out)'>
      : ArgumentCheck<Property, Argument>;

interface NotRequired {
  readonly required: false;
}

/**
 * Without strict null checks everything takes null, and nothing can be said; `unknown` and `any` take it too. `JsonValue`
 * has it for what lies inside: by itself it is refused on a write.
 */
type NullCheck<Property, Argument> = null extends ''
  ? unknown
  : unknown extends Property
    ? ArgumentCheck<Property, Argument>
    : Argument extends 'json' | { readonly type: 'json' }
      ? PropertyCheck<Exclude<Property, null>, Argument>
      : TypeProblem<'null is no value of a field: write a property with ? (and required: false) in the place of null'>;

type ArgumentCheck<Property, Argument> = Argument extends FieldTypeSpec
  ? TypeCheck<Property, Argument>
  : keyof Argument extends keyof FieldOptions
    ? OptionsCheck<Property, Argument>
    : Argument extends Unstated
      ? UnstatedCheck<Property>
      : TypeProblem<`@Field has no option '${Exclude<keyof Argument, keyof FieldOptions> & string}'`>;

type OptionsCheck<Property, Options> = Options extends { readonly type: infer Spec }
  ? Options extends { readonly readDefault: infer Value }
    ? Value extends Default<Spec>
      ? TypeCheck<Property, Spec>
      : TypeProblem<'the readDefault is no value of the type of the field'>
    : TypeCheck<Property, Spec>
  : Options extends { readonly readDefault: infer Value }
    ? Value extends DefaultUnstated<Property>
      ? UnstatedCheck<Property>
      : TypeProblem<'the readDefault is no value of the type of the field'>
    : UnstatedCheck<Property>;

type DefaultUnstated<Property> = Property extends bigint | Uint8Array ? Property | string : Property;

type StatesType = FieldTypeSpec | { readonly type: unknown };

/**
 * A property that may be undefined is right here, if it comes this far. What can be read can also be written, but for
 * read-only collections and branded primitives: so that is asked last.
 */
type TypeCheck<Property, Spec> = [Read<Spec>] extends [Property]
  ? [Property] extends [Read<Spec> | undefined]
    ? unknown
    : [Property] extends [Write<Spec> | undefined]
      ? unknown
      : Mismatch<Spec>
  : [Property, Property, Read<Spec>] extends [Write<Spec> | undefined, Branded | undefined, Primitive]
    ? unknown
    : Mismatch<Spec>;

/** A brand is the user's to give: `string & { readonly brand: 'CustomerId' }` is an object too. */
type Branded = object;
type Primitive = string | number | bigint | boolean;

type Mismatch<Spec> = Spec extends ScalarName
  ? TypeProblem<`a field of type ${Spec} holds ${ScalarFacts[Spec]['holds']}, and the property has another type`>
  : Spec extends EnumType
    ? TypeProblem<'the property has other values than the enum: use EnumValue<typeof …> as its type'>
    : Spec extends CollectionType<infer Kind>
      ? TypeProblem<`the type of the property is not that of ${Kind}Of(…)`>
      : TypeProblem<'the type of the property is not the class of the field'>;

/** What a compiler that emits `design:type` can tell by itself, as `typeOfDesign` reads it. */
type UnstatedCheck<Property> = [Property] extends [number | undefined]
  ? TypeProblem<"name the type of a number: 'int', 'uint', 'double' or 'durationSeconds'">
  : [Property] extends [Date | undefined]
    ? TypeProblem<"name the type of a Date: 'timestampSeconds' or 'timestampMilliseconds'">
    : [Property] extends [readonly unknown[] | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown> | undefined]
      ? TypeProblem<'name the type of a collection: arrayOf(…), mapOf(…) or setOf(…)'>
      : [Property] extends [string | undefined]
        ? [string, Property] extends [Property, unknown] | [unknown, Branded | undefined]
          ? unknown
          : TypeProblem<'name the type of a property that holds some strings only: enumType(…)'>
        : unknown;

/** What stands in the place of the property's key: its name, or the context of a standard decorator. */
export type FieldPlace = string | StandardFieldContext;
