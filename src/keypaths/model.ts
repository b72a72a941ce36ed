import type { FieldType, JsonValue } from '../fields/field-type.js';

/** The id of every item type's primary key path: its rows are the items. */
export const PRIMARY = '0';

/** Between the id of a key path and the version whose older readers a row is for. */
const BELOW = '~';

/** The id of the rows of a key path that only versions below `version` read: `1~2`. */
export const olderRowId = (path: string, version: number): string => `${path}${BELOW}${version}`;

/** The id of the key path that the rows with an id are on: `1`, for `1` and for `1~2`. */
export const pathIdOf = (rowId: string): string => rowId.split(BELOW, 1)[0]!;

/** The version below which versions read the rows with an id; undefined where all that have the path do. */
export function belowOf(rowId: string): number | undefined {
  const [, version] = rowId.split(BELOW);
  return version === undefined ? undefined : Number(version);
}

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

/** A key path as versions that have it read the items on it. */
export interface PathAsRead extends KeyPathModel {
  readonly parameters: readonly ParameterAsRead[];
}

export interface ParameterAsRead extends KeyParameterModel {
  /**
   * By the stored value of an enum: what those versions read in its place, and so look for the item under. Values that they
   * read as stored are left out. Never published: it follows from the migrations.
   */
  readonly readAs?: ReadonlyMap<string | number, ReadAs>;
}

/** What a version reads in the place of a stored enum value that it does not have. */
export interface ReadAs {
  /** The stored form of the value that it reads. */
  readonly stored: string | number;
  /** True where a later version added the value that is stored; false where an earlier one had it. */
  readonly isNewer: boolean;
}
