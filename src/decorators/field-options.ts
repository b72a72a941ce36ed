import type { FieldTypeSpec } from './field-spec.js';

/** What `@Field` takes where the type does not say it all. */
export interface FieldOptions {
  /** May be left out for `string`, `boolean`, `bigint`, `Uint8Array` and decorated classes (legacy decorators only). */
  readonly type?: FieldTypeSpec;
  /**
   * Whether a value must be there on every write: true unless it says false. Unset is not zero: a required field may
   * hold `0`, `false` and `''`. The property of an optional field has a `?`, or the field a `readDefault`: then the property
   * is a `Generated<T>`, or `create` asks for it.
   */
  readonly required?: boolean;
  /**
   * What is read where nothing is stored: a value of the type, or its JSON form (`'2024-01-01'` for a `Date`). A field
   * that has one never reads as undefined.
   */
  readonly readDefault?: unknown;
  /** `create` fills the field with a new UUID where the caller leaves it out: for `uuid` and `string` fields. */
  readonly initialValue?: 'uuid';
  /** That the field should not be used any more, or what to use in its place. */
  readonly deprecated?: boolean | string;
  /** For people: schema listings print it. It is no part of what is published. */
  readonly description?: string;
}

/** In the order in which messages list them. */
export const FIELD_OPTIONS: readonly (keyof FieldOptions)[] = [
  'type',
  'required',
  'readDefault',
  'initialValue',
  'deprecated',
  'description',
];
