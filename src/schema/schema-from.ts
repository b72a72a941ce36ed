import type { DeclaredObjectType, DeclaredSchema, EntityClass } from '../decorators/declared.js';
import { UnknownItemTypeError } from './errors.js';
import type { ItemTypeModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { deepFreeze } from './freeze.js';
import { classNameOf, refuse } from './place.js';
import type { Schema } from './schema.js';
import type { SchemaSnapshot } from './snapshot.js';
import type { RecordedMigration } from './steps.js';
import { buildVersionMap, type VersionMap } from './version-map.js';
import { warningsOf } from './warnings.js';

/**
 * A schema from data: what `discover` gathers from classes and `recordMigration` from migrations.
 *
 * @throws SchemaDefinitionError as `defineSchema` does
 */
export function schemaFrom(
  name: string,
  declared: DeclaredSchema,
  migrations: readonly RecordedMigration[],
  base?: SchemaSnapshot,
): Schema {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_.-]{1,128}$/.test(name)) {
    refuse({}, `'${String(name)}' is no name of a schema`, "use letters, digits, '_', '.' and '-', at most 128");
  }
  if (base !== undefined && base.name !== name) {
    refuse(
      {},
      `base: it is of the schema '${base.name}', and this one is '${name}'`,
      'give the snapshot of this schema',
    );
  }
  return schemaOver(name, declared, buildVersionMap(declared, migrations, base));
}

/** A schema of versions that are known, the last of which is the one that the classes declare. */
export function schemaOver(name: string, declared: DeclaredSchema, map: VersionMap): Schema {
  const compiled = map.versions.at(-1) as SchemaVersion;
  const classes = {
    types: byStorageName(declared.types, compiled.types, (type) => type.class),
    objects: byStorageName(declared.objects, compiled.objects, (type) => type.class),
    fieldOrder: new Map([
      ...byStorageName(declared.types, compiled.types, namesOfFields),
      ...byStorageName(declared.objects, compiled.objects, namesOfFields),
    ]),
  };
  const models = new Map([...classes.types].map(([storageName, entityClass]) => [entityClass, storageName]));
  return Object.freeze({
    name,
    version: compiled.version,
    ...map,
    warnings: deepFreeze([...warningsOf(map.versions)]),
    classes: Object.freeze(classes),
    typeOf(entityClass: EntityClass): ItemTypeModel {
      const model = compiled.types[models.get(entityClass) ?? ''];
      if (model !== undefined) return model;
      throw UnknownItemTypeError.of(
        typeof entityClass === 'function' ? classNameOf(entityClass) : String(entityClass),
        name,
        [...models.keys()].map(classNameOf),
      );
    },
  });
}

function byStorageName<T>(
  declared: readonly DeclaredObjectType[],
  models: Readonly<Record<string, ObjectTypeModel>>,
  value: (type: DeclaredObjectType) => T,
): ReadonlyMap<string, T> {
  const storageNames = new Map(Object.values(models).map(({ name, storageName }) => [name, storageName]));
  return new Map(declared.map((type) => [storageNames.get(type.name) as string, value(type)]));
}

const namesOfFields = ({ fields }: DeclaredObjectType): readonly string[] => fields.map(({ name }) => name);
