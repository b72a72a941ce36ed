import { PRIMARY } from '../keypaths/model.js';
import type { ItemTypeModel, KeyPathModel, SchemaVersion } from './model.js';

/** Something that a schema may say, and that will probably cost more than it is worth. */
export interface SchemaWarning {
  /** `OLDER_ITEMS_MEET`: all items of before have one and the same key on a key path, and only one of them can have it. */
  readonly code: 'OLDER_ITEMS_MEET';
  /** The item type, as the version calls it. */
  readonly type: string;
  /** The template, as the version has it. */
  readonly keyPath: string;
  /** The version that adds the key path. */
  readonly version: number;
  /** What will happen, and what to do instead. */
  readonly message: string;
}

/**
 * What to think twice about before the versions are published. Pure.
 *
 * @param versions in order
 * @param concerns which key paths count: by the storage name of their type, and their id
 */
export function warningsOf(
  versions: readonly SchemaVersion[],
  concerns: (type: string, path: string) => boolean = () => true,
): readonly SchemaWarning[] {
  return versions.flatMap((version) =>
    Object.values(version.types).flatMap((type) =>
      type.keyPaths
        .filter(({ id, since }) => id !== PRIMARY && since === version.version && concerns(type.storageName, id))
        .flatMap((path) => meeting(versions, version.version, type, path) ?? []),
    ),
  );
}

/** The warning where items of older versions have none of the fields of a key path, and so the same key. */
function meeting(
  versions: readonly SchemaVersion[],
  version: number,
  type: ItemTypeModel,
  path: KeyPathModel,
): SchemaWarning | undefined {
  const fields = path.parameters.map((parameter) => parameter.field);
  if (fields.length === 0 || path.parameters.some((parameter) => parameter.default === undefined)) return undefined;
  const older = versions.filter((each) => each.version < version).map(({ types }) => types[type.storageName]);
  const without = older.filter(
    (each) => each !== undefined && !each.fields.some((f) => fields.includes(f.storageName)),
  );
  if (without.length === 0) return undefined;
  const names = type.fields.filter(({ storageName }) => fields.includes(storageName)).map(({ name }) => name);
  return {
    code: 'OLDER_ITEMS_MEET',
    type: type.name,
    keyPath: path.template,
    version,
    message: textOf({ type, path, version, names }),
  };
}

function textOf({
  type,
  path,
  version,
  names,
}: {
  readonly type: ItemTypeModel;
  readonly path: KeyPathModel;
  readonly version: number;
  readonly names: readonly string[];
}): string {
  const defaults = path.parameters.map((parameter) => JSON.stringify(parameter.default)).join(', ');
  const one = names.length === 1;
  return (
    `${type.name}: every item that was written without ${names.join(' and ')} has the same key on the key path ` +
    `'${path.template}' of version ${version}, that of the default ${defaults}. Only one item can have it: as long as ` +
    `there are two, the path cannot be promoted, and a find through it that misses is an error. End the path with what ` +
    `identifies the item, as the primary path '${type.keyPaths[0]!.template}' does; or make ${names.join(' and ')} ` +
    `optional without a readDefault: then the items that do not have ${one ? 'it' : 'them'} are not on the path.`
  );
}
