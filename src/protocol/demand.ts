import { jsonToAttribute } from '../fields/defaults.js';
import type { PathAsRead } from '../keypaths/model.js';
import { keyProblem, physicalKey, readInstead } from '../keypaths/physical-key.js';
import type { DemandedPath } from '../registry/knowledge.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { own } from '../values/own.js';
import { sameKey } from './row.js';

/** One row that an item must have. */
export interface DemandedRow extends DemandedPath {
  /** Its id is that of the row: of a row for older readers, another than the key path's own. */
  readonly path: PathAsRead;
  readonly key: RowKey;
  /** Set where DynamoDB would refuse the key for its length: the row cannot exist. */
  readonly tooLarge: boolean;
  /**
   * True where the key has a value in it that only older readers get: a default where newer versions leave the field out,
   * or another value of an enum in the place of one that they lack. Whoever writes the item did not choose that value.
   */
  readonly byOlderDefault: boolean;
}

/**
 * Which rows an item must have: a pure function of the key paths that an epoch demands and of the item's stored
 * attributes. A path with an unset parameter that has no pinned default demands no row (sparse).
 */
export function demand(paths: readonly DemandedPath[], attributes: AttributeMap): readonly DemandedRow[] {
  return paths.flatMap((demanded) =>
    rowsOn(demanded, attributes).flatMap(({ path, key }): readonly DemandedRow[] => {
      if (key === undefined) return [];
      const byOlderDefault = path !== demanded.path || isForOlderReaders(demanded, attributes);
      return [{ ...demanded, path, key, tooLarge: keyProblem(key) !== undefined, byOlderDefault }];
    }),
  );
}

/** A row that an item may have on a key path. */
export interface RowOnPath {
  /** The path as the row's readers read it. */
  readonly path: PathAsRead;
  /** Undefined where the item is to have no such row. */
  readonly key: RowKey | undefined;
}

/**
 * Every row that an item may have on a key path: the path's own, then one for each older reading of an enum, which the item
 * has where none of those before it is at its key.
 */
export function rowsOn({ path, olderReadings }: DemandedPath, attributes: AttributeMap): readonly RowOnPath[] {
  const key = keyOnPath(path, attributes);
  const rows: RowOnPath[] = [{ path, key }];
  for (const older of olderReadings ?? []) {
    const olderKey = key && keyOnPath(older.path, attributes);
    const isThere = rows.some((row) => row.key !== undefined && olderKey !== undefined && sameKey(row.key, olderKey));
    rows.push({ path: older.path, key: isThere ? undefined : olderKey });
  }
  return rows;
}

/** True if the key of an item on a path has a value in it that only older readers get: a default, or another value of an enum. */
export function isForOlderReaders({ path, olderDefaults }: DemandedPath, attributes: AttributeMap): boolean {
  if (olderDefaults?.some((field) => !isSet(own(attributes, field))) === true) return true;
  return path.parameters.some((parameter) => {
    const stored = own(attributes, parameter.field);
    return parameter.readAs !== undefined && isSet(stored) && readInstead(parameter, stored)?.isNewer === true;
  });
}

/** The key that an item has on a path; undefined where one of the path's parameters is unset. */
export function keyOnPath(path: PathAsRead, attributes: AttributeMap): RowKey | undefined {
  const defaults = pinnedDefaults(path);
  for (const { field } of path.parameters) {
    if (!isSet(own(attributes, field)) && own(defaults, field) === undefined) return undefined;
  }
  return physicalKey(path, (field) => {
    const stored = own(attributes, field);
    return isSet(stored) ? stored : own(defaults, field)!;
  });
}

/** True where a key is the one that an item has on a path. */
export function isKeyOnPath(path: PathAsRead, attributes: AttributeMap, key: RowKey): boolean {
  const made = keyOnPath(path, attributes);
  return made !== undefined && sameKey(made, key);
}

function isSet(value: AttributeValue | undefined): value is AttributeValue {
  return value !== undefined && !('NULL' in value);
}

const pinned = new WeakMap<PathAsRead, AttributeMap>();

/** The defaults that the path's declaring version pinned, as rows would hold them. */
function pinnedDefaults(path: PathAsRead): AttributeMap {
  let defaults = pinned.get(path);
  if (defaults === undefined) {
    defaults = Object.fromEntries(
      path.parameters
        .filter((parameter) => parameter.default !== undefined)
        .map((parameter) => [parameter.field, jsonToAttribute(parameter.encoding, parameter.default!)]),
    );
    pinned.set(path, defaults);
  }
  return defaults;
}
