import { canShareRow, type EnumBaseOf } from '../keypaths/overlap.js';
import type { ItemTypeModel, KeyPathModel, SchemaVersion } from './model.js';
import { refuse } from './place.js';

/**
 * No two key paths of the schema, of whatever types and versions, can produce the same row: a row has one owner, and
 * says by itself what it is.
 *
 * @throws SchemaDefinitionError naming both paths.
 */
export function checkOverlaps(versions: readonly SchemaVersion[]): void {
  const paths = everyPath(versions);
  const enumBase: EnumBaseOf = (name) => versions.find(({ enums }) => Object.hasOwn(enums, name))?.enums[name]?.base;
  paths.forEach((one, i) => {
    for (const other of paths.slice(0, i)) {
      if (canShareRow(one.path, other.path, enumBase)) refuseOverlap(other, one);
    }
  });
}

interface PathOfType {
  readonly type: ItemTypeModel;
  readonly path: KeyPathModel;
}

/** Each path once, as its first version has it. */
function everyPath(versions: readonly SchemaVersion[]): readonly PathOfType[] {
  const paths = new Map<string, PathOfType>();
  for (const { types } of versions) {
    for (const type of Object.values(types)) {
      for (const path of type.keyPaths) {
        const key = JSON.stringify([type.storageName, path.id]);
        if (!paths.has(key)) paths.set(key, { type, path });
      }
    }
  }
  return [...paths.values()];
}

function refuseOverlap(older: PathOfType, newer: PathOfType): never {
  const where = ({ type, path }: PathOfType): string => `'${path.template}' of ${type.name} (version ${path.since})`;
  return refuse(
    { class: newer.type.name, keyPath: newer.path.template, version: newer.path.since },
    `it can produce the same row as ${where(older)}`,
    'let the two differ in a literal, for instance in that of the first segment that has a parameter in one of them',
  );
}
