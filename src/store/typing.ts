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

/** The parameters that a template, or the beginning of one, has. */
export type ParametersOf<_T extends object, _P extends string> = KeyValues;

/** A key path in hand. */
export interface KeyPathReference {
  readonly template: string;
}
