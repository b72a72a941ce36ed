import { canShareRow, type EnumBaseOf } from '../keypaths/overlap.js';
import { parseStorageTemplate } from '../keypaths/template.js';
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
      if (couldMeet(one, other) && canShareRow(one.path, other.path, enumBase)) refuseOverlap(other, one);
    }
  });
}

interface PathOfType {
  readonly type: ItemTypeModel;
  readonly path: KeyPathModel;
  /** With what every partition key of the path begins. */
  readonly beginning: string;
}

/** Settles nearly every pair of a large schema at once: one beginning must begin with the other. */
function couldMeet(one: PathOfType, other: PathOfType): boolean {
  return one.beginning.startsWith(other.beginning) || other.beginning.startsWith(one.beginning);
}

/** Each path once, as its first version has it. */
function everyPath(versions: readonly SchemaVersion[]): readonly PathOfType[] {
  const paths = new Map<string, PathOfType>();
  for (const { types } of versions) {
    for (const type of Object.values(types)) {
      for (const path of type.keyPaths) {
        const key = JSON.stringify([type.storageName, path.id]);
        if (!paths.has(key)) paths.set(key, { type, path, beginning: beginningOf(path) });
      }
    }
  }
  return [...paths.values()];
}

function beginningOf(path: KeyPathModel): string {
  return parseStorageTemplate(path.storageTemplate).segments[0].literal;
}

function refuseOverlap(older: PathOfType, newer: PathOfType): never {
  const where = ({ type, path }: PathOfType): string => `'${path.template}' of ${type.name} (version ${path.since})`;
  return refuse(
    { class: newer.type.name, keyPath: newer.path.template, version: newer.path.since },
    `it can produce the same row as ${where(older)}`,
    'let the two differ in a literal, for instance in that of the first segment that has a parameter in one of them',
  );
}
