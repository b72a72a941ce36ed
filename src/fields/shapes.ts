import type { FieldType, JsonValue } from './field-type.js';

/** What a value's form depends on beyond its `FieldType`: the enums and object types of one schema version. */
export interface Shapes {
  /** By storage name. */
  readonly enums: Readonly<Record<string, EnumShape>>;
  /** By storage name. */
  readonly objects: Readonly<Record<string, ObjectShape>>;
}

export interface EnumShape {
  readonly values: readonly { readonly value: string | number; readonly stored: string | number }[];
}

export interface ObjectShape {
  readonly name: string;
  readonly fields: readonly {
    readonly storageName: string;
    readonly name: string;
    readonly type: FieldType;
    readonly required: boolean;
    readonly readDefault?: JsonValue;
  }[];
}

/** For types that name neither enums nor object types. */
export const noShapes: Shapes = Object.freeze({ enums: {}, objects: {} });
