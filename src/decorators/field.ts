import 'reflect-metadata';
import { SchemaDefinitionError } from './errors.js';
import type { DecoratorsOf, FieldChecks, FieldPlace, Unstated } from './field-check.js';
import type { FieldOptions } from './field-options.js';
import { isCollectionType, isEnumType, type FieldTypeSpec } from './field-spec.js';
import { writeMetadata, type FieldMark } from './metadata.js';
import { isStandardContext, type StandardContext } from './standard-context.js';

/** What `@Field` gives: the compiler checks its argument against the property that it stands on. */
export type FieldDecorator<Argument> = <Target, Key extends FieldPlace>(
  target: Target,
  key: Key & FieldChecks<Target, Key, Argument>[DecoratorsOf<Key>],
) => void;

/**
 * Makes a property a field, which is stored. Properties without it are not.
 *
 * The type may be left out for `string`, `boolean`, `bigint`, `Uint8Array` and decorated classes, if the compiler emits
 * the metadata of legacy decorators; numbers and dates are always named. The property's type, its `?` and the
 * `readDefault` are checked by the compiler.
 *
 * @param argument The type, or options that name it.
 * @example
 * class Order {
 *   @Field('uuid') customerId!: string;
 *   @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
 *   @Field(arrayOf(() => OrderItem)) items!: OrderItem[];
 *   @Field({ required: false }) note?: string;
 *   @Field({ type: 'isoDate', readDefault: '2024-01-01' }) deliveryDate!: string;
 * }
 */
export function Field<const Argument extends FieldTypeSpec | FieldOptions = Unstated>(
  argument?: Argument,
): FieldDecorator<Argument>;
export function Field(
  argument?: FieldTypeSpec | FieldOptions,
  ...place: readonly unknown[]
): (target: unknown, key: string | StandardContext) => void {
  assertParentheses(argument, place[0]);
  const options = optionsOf(argument);
  return (target, key) => {
    const mark = isStandardContext(key) ? standardMark(key, options) : legacyMark(target as object, key, options);
    const context = isStandardContext(key) ? key : undefined;
    writeMetadata(classOf(target), context, (metadata) => ({ ...metadata, fields: [...metadata.fields, mark] }));
  };
}

/** Without parentheses, `@Field` is given what it stands on in the place of its argument; only a compiler would say so. */
function assertParentheses(target: unknown, place: unknown): void {
  const standard = isStandardContext(place);
  const legacy = typeof target === 'function' || (typeof target === 'object' && target !== null);
  if (!standard && !(legacy && (typeof place === 'string' || typeof place === 'symbol'))) return;
  const owner = standard ? '' : classOf(target).name;
  throw new SchemaDefinitionError({
    ...(owner !== '' && { class: owner }),
    property: String(standard ? place.name : place),
    what: '@Field is written without parentheses',
    mend: "write @Field(), and its type in them where the compiler tells none: @Field('string')",
  });
}

function optionsOf(argument: FieldTypeSpec | FieldOptions | undefined): FieldOptions {
  if (argument === undefined) return {};
  const isType =
    typeof argument !== 'object' || argument === null || isEnumType(argument) || isCollectionType(argument);
  return isType ? { type: argument } : argument;
}

/** Legacy decorators are given the prototype, those of static properties the class. */
function classOf(target: unknown): { readonly name: string } {
  return typeof target === 'function' ? target : ((target as object | undefined)?.constructor ?? Object);
}

function legacyMark(target: object, name: string | symbol, options: FieldOptions): FieldMark {
  const property = Object.getOwnPropertyDescriptor(target, name);
  const placement =
    typeof target === 'function'
      ? 'static'
      : property === undefined
        ? 'field'
        : typeof property.value === 'function'
          ? 'method'
          : 'accessor';
  const told = Reflect.hasOwnMetadata('design:type', target, name);
  const design = told ? { told, type: Reflect.getOwnMetadata('design:type', target, name) as unknown } : { told };
  return { name, options, placement, design };
}

function standardMark(context: StandardContext, options: FieldOptions): FieldMark {
  const { kind, name = '' } = context;
  const ofField = context.static === true ? 'static' : context.private === true ? 'private' : 'field';
  const placement = kind === 'field' ? ofField : kind === 'method' ? 'method' : 'accessor';
  return { name, options, placement, design: { told: false } };
}
