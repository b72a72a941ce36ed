import type { ScalarName } from '../fields/field-type.js';
import type { CollectionType, EnumType, FieldTypeSpec } from './field-spec.js';

/** What entities hold for each scalar type. */
export interface ScalarValues {
  string: string;
  boolean: boolean;
  int: number;
  uint: number;
  bigint: bigint;
  double: number;
  decimal: string;
  bytes: Uint8Array;
  uuid: string;
  url: string;
  json: unknown;
  timestampSeconds: Date;
  timestampMilliseconds: Date;
  isoDate: string;
  durationSeconds: number;
}

/*
 * Three sides of one type. A property is right if it can hold all that is read and holds only what can be written; a
 * default may also be written as JSON says it. A `json` field is whatever the property says that it is: it reads as
 * `never`, which every property can hold.
 */

/** What a load puts into the property. */
export type Read<Spec> = Spec extends 'json'
  ? never
  : Spec extends ScalarName
    ? ScalarValues[Spec]
    : Spec extends EnumType<infer Value>
      ? Value
      : Spec extends CollectionType<infer Kind, infer Of>
        ? ReadCollection<Of>[Kind]
        : Spec extends abstract new (...args: never) => infer Instance
          ? Instance
          : Spec extends () => infer Lazy
            ? Read<Known<Lazy>>
            : never;

interface ReadCollection<Of> {
  array: Read<Of>[];
  map: { [key: string]: Read<Of> };
  set: Set<Read<Of>>;
}

/** What a save takes from the property. */
export type Write<Spec> = Spec extends ScalarName
  ? ScalarValues[Spec]
  : Spec extends CollectionType<infer Kind, infer Of>
    ? WriteCollection<Of>[Kind]
    : Spec extends () => infer Lazy
      ? Write<Known<Lazy>>
      : Read<Spec>;

interface WriteCollection<Of> {
  array: readonly Write<Of>[];
  map: { readonly [key: string]: Write<Of> };
  set: ReadonlySet<Write<Of>>;
}

/** What a `readDefault` may be. What an object is made of is checked when the schema is defined. */
export type Default<Spec> = Spec extends keyof JsonForms
  ? JsonForms[Spec]
  : Spec extends ScalarName
    ? ScalarValues[Spec]
    : Spec extends EnumType<infer Value>
      ? Value
      : Spec extends CollectionType<infer Kind, infer Of>
        ? DefaultCollection<Of>[Kind]
        : Spec extends () => infer Lazy
          ? Default<Known<Lazy>>
          : object;

interface JsonForms {
  bigint: bigint | string;
  bytes: Uint8Array | string;
  timestampSeconds: Date | string;
  timestampMilliseconds: Date | string;
}

interface DefaultCollection<Of> {
  array: readonly Default<Of>[];
  map: { readonly [key: string]: Default<Of> };
  set: ReadonlySet<Default<Of>> | readonly Default<Of>[];
}

/** Any type at all has no end: a function may return a function. */
type Known<Spec> = FieldTypeSpec extends Spec ? never : Spec;
