import type { FieldType, JsonValue } from '../fields/field-type.js';

/** The id of every item type's primary key path: its rows are the items. */
export const PRIMARY = '0';

/** A key path as plain data: a part of a schema version. */
export interface KeyPathModel {
  /** Constant for the life of the path: `'0'` is the primary path; a path that comes back gets a new id. */
  readonly id: string;
  /** Over the field names of this version: what callers write. */
  readonly template: string;
  /** Over storage names: what the rows are made of, whatever the fields are called later. */
  readonly storageTemplate: string;
  /** 1 for the first path of this template in this type; later ones are part of their physical keys. */
  readonly generation: number;
  /** The version that declared it. */
  readonly since: number;
  readonly parameters: readonly KeyParameterModel[];
}

/** A parameter of a key path; in the order of the template. */
export interface KeyParameterModel {
  /** Storage name of the field. */
  readonly field: string;
  /** How values become key text, pinned by the version that declared the path. */
  readonly encoding: FieldType;
  /** The read default that the declaring version had: what a row without the field is listed under. */
  readonly default?: JsonValue;
}
