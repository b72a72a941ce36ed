import { jsonToAttribute } from '../fields/defaults.js';
import { keyProblem, physicalKey } from '../keypaths/physical-key.js';
import type { DemandedPath } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import { sameKey } from './row.js';

/** One row that an item must have. */
export interface DemandedRow extends DemandedPath {
  readonly key: RowKey;
  /** Set where DynamoDB would refuse the key for its length: the row cannot exist. */
  readonly tooLarge: boolean;
  /** True where the key has a default in it that older readers get only because newer versions leave the field out. */
  readonly byOlderDefault: boolean;
}

/**
 * Which rows an item must have: a pure function of the key paths that an epoch demands and of the item's stored
 * attributes. A path with an unset parameter that has no pinned default demands no row (sparse).
 */
export function demand(paths: readonly DemandedPath[], attributes: AttributeMap): readonly DemandedRow[] {
  const rows: DemandedRow[] = [];
  for (const demanded of paths) {
    const key = keyOnPath(demanded.path, attributes);
    if (key === undefined) continue;
    const byOlderDefault = hasOlderDefault(demanded, attributes);
    rows.push({ ...demanded, key, tooLarge: keyProblem(key) !== undefined, byOlderDefault });
  }
  return rows;
}

/** True where the key of an item on a path has a default in it that only older readers get. */
export function hasOlderDefault({ olderDefaults }: DemandedPath, attributes: AttributeMap): boolean {
  return olderDefaults?.some((field) => !isSet(attributes[field])) === true;
}

/** The key that an item has on a path; undefined where one of the path's parameters is unset. */
export function keyOnPath(path: KeyPathModel, attributes: AttributeMap): RowKey | undefined {
  const defaults = pinnedDefaults(path);
  for (const { field } of path.parameters) {
    if (!isSet(attributes[field]) && defaults[field] === undefined) return undefined;
  }
  return physicalKey(path, (field) => {
    const stored = attributes[field];
    return isSet(stored) ? stored : defaults[field]!;
  });
}

/** True where a key is the one that an item has on a path. */
export function isKeyOnPath(path: KeyPathModel, attributes: AttributeMap, key: RowKey): boolean {
  const made = keyOnPath(path, attributes);
  return made !== undefined && sameKey(made, key);
}

function isSet(value: AttributeValue | undefined): value is AttributeValue {
  return value !== undefined && !('NULL' in value);
}

const pinned = new WeakMap<KeyPathModel, AttributeMap>();

/** The defaults that the path's declaring version pinned, as rows would hold them. */
function pinnedDefaults(path: KeyPathModel): AttributeMap {
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
