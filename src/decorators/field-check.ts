import type { ScalarName } from '../fields/field-type.js';
import type { TypeProblem } from '../keypaths/types.js';
import type { FieldOptions } from './field-options.js';
import type { CollectionType, EnumType } from './field-spec.js';
import type { Default, Read, Write } from './field-values.js';
import type { StandardFieldContext } from './standard-context.js';

declare const unstated: unique symbol;

/** `@Field()` without an argument, or with options that name no type. */
export interface Unstated extends FieldOptions {
  readonly [unstated]: true;
}

/**
 * `unknown` where a property and its `@Field` agree, else the `TypeProblem` that says what does not. The compiler does
 * this for every field of a program, so the questions that settle most fields come first.
 *
 * `Target` and `Key` are what decorators are given: of a legacy decorator the prototype and the property's name, of a
 * standard one `undefined` and its context.
 */
export type FieldCheck<Target, Key, Argument> = Key extends keyof Target
  ? PropertyCheck<Target[Key], Argument>
  : Key extends { readonly access: { get(object: never): infer Value } }
    ? Argument extends StatesType
      ? PropertyCheck<Value, Argument>
      : TypeProblem<'standard decorators do not see types: name the type of the field'>
    : unknown;

/** Without strict null checks everything takes null, and nothing can be said. */
type PropertyCheck<Property, Argument> = null extends ''
  ? unknown
  : unknown extends Property
    ? ArgumentCheck<Property, Argument>
    : null extends Property
      ? TypeProblem<'null is no value of a field: write a property with ? (and required: false) in the place of null'>
      : undefined extends Property
        ? Argument extends { readonly required: false }
          ? ArgumentCheck<Exclude<Property, undefined>, Argument>
          : TypeProblem<'a property that may be undefined needs required: false'>
        : Argument extends { readonly required: false }
          ? Argument extends { readonly readDefault: unknown }
            ? ArgumentCheck<Property, Argument>
            : TypeProblem<'a field with required: false needs a property with ?, or a readDefault'>
          : ArgumentCheck<Property, Argument>;

type ArgumentCheck<Property, Argument> = Argument extends TypeArgument
  ? TypeCheck<Property, Argument>
  : Exclude<keyof Argument, keyof FieldOptions> extends infer Unknown extends string
    ? [Unknown] extends [never]
      ? OptionsCheck<Property, Argument>
      : TypeProblem<`@Field has no option '${Unknown}'`>
    : OptionsCheck<Property, Argument>;

type OptionsCheck<Property, Options> = Options extends { readonly readDefault: infer Value }
  ? Value extends Default<TypeOf<Options>>
    ? TypeCheck<Property, TypeOf<Options>>
    : TypeProblem<'the readDefault is no value of the type of the field'>
  : TypeCheck<Property, TypeOf<Options>>;

type TypeOf<Options> = Options extends { readonly type: infer Spec } ? Spec : Unstated;

/** The arguments that are a type, not options. */
type TypeArgument =
  string | EnumType | CollectionType | Unstated | (abstract new (...args: never) => object) | (() => unknown);

type StatesType = Exclude<TypeArgument, Unstated> | { readonly type: unknown };

type TypeCheck<Property, Spec> = Spec extends Unstated
  ? UnstatedCheck<Property>
  : [Property] extends [Write<Spec>]
    ? [Read<Spec>] extends [Property]
      ? unknown
      : [Property, Read<Spec>] extends Opaque
        ? unknown
        : Mismatch<Spec>
    : Mismatch<Spec>;

/** A primitive that is branded, such as `string & { readonly brand: 'CustomerId' }`: the brand is the user's to give. */
type Opaque = [branded: object, plain: string | number | bigint | boolean];

type Mismatch<Spec> = Spec extends ScalarName
  ? TypeProblem<`a field of type ${Spec} holds ${HeldBy[Spec]}, and the property has another type`>
  : Spec extends EnumType
    ? TypeProblem<'the property has other values than the enum: use EnumValue<typeof …> as its type'>
    : Spec extends CollectionType<infer Kind>
      ? TypeProblem<`the type of the property is not that of ${Kind}Of(…)`>
      : TypeProblem<'the type of the property is not the class of the field'>;

/** What a compiler that emits `design:type` can tell by itself, as `typeOfDesign` reads it. */
type UnstatedCheck<Property> = [Property] extends [number]
  ? TypeProblem<"name the type of a number: 'int', 'uint', 'double' or 'durationSeconds'">
  : [Property] extends [Date]
    ? TypeProblem<"name the type of a Date: 'timestampSeconds' or 'timestampMilliseconds'">
    : [Property] extends [readonly unknown[] | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>]
      ? TypeProblem<'name the type of a collection: arrayOf(…), mapOf(…) or setOf(…)'>
      : [Property] extends [string]
        ? string extends Property
          ? unknown
          : [Property] extends [object]
            ? unknown
            : TypeProblem<'name the type of a property that holds some strings only: enumType(…)'>
        : unknown;

interface HeldBy extends Record<ScalarName, string> {
  string: 'a string';
  boolean: 'a boolean';
  int: 'a number';
  uint: 'a number';
  bigint: 'a bigint';
  double: 'a number';
  decimal: 'a string';
  bytes: 'a Uint8Array';
  uuid: 'a string';
  url: 'a string';
  json: 'anything but undefined';
  timestampSeconds: 'a Date';
  timestampMilliseconds: 'a Date';
  isoDate: 'a string (YYYY-MM-DD)';
  durationSeconds: 'a number';
}

/** What stands in the place of the property's key: its name, or the context of a standard decorator. */
export type FieldPlace = string | StandardFieldContext;
