import type { TemplateParameters, TypeProblem } from '../keypaths/types.js';

/** A value of a field that a key path can take. */
export type KeyValue = string | number | bigint | boolean | Date | Uint8Array;

/** Values of parameters by field name. */
export type KeyValues = Readonly<Record<string, KeyValue>>;

/** What `create` takes: the fields of the type. */
export type CreateInput<T extends object> = Partial<T>;

/** The parameters of the primary key path. */
export type KeyOf<T extends object> = Partial<T>;

/** A template of the type. */
export type PathArgument<_T extends object> = string;

/** The beginning of a template of the type. */
export type PrefixArgument<_T extends object> = string;

/** The parameters that a template, or the beginning of one, has, with the types of their fields. */
export type ParametersOf<T extends object, P extends string> = string extends P
  ? KeyValues
  : { readonly [Name in TemplateParameters<P>]: ParameterOf<T, Name> };

type ParameterOf<T extends object, Name extends string> = Name extends keyof T
  ? NonNullable<T[Name]>
  : TypeProblem<`there is no field '${Name}'`>;

export type { KeyPathReference } from '../keypaths/tagged.js';
