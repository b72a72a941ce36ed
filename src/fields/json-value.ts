/** A value that JSON can say: how defaults are written down in the registry. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };
