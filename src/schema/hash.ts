import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.js';
import type { FieldModel, KeyPathModel, MigrationModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { byCodeUnit, sortedBy } from './ordering.js';

/**
 * The hash of a version as it is published, with the migration that leads to it: 64 hex digits of SHA-256 over the
 * canonical JSON of what rows and readers depend on. Descriptions, `initialValue`, and the order in which classes,
 * fields, key paths, enum values and lens steps were written do not count.
 */
export function hashOf(version: SchemaVersion, migration?: MigrationModel): string {
  const lens = (migration?.lens ?? []).map((step) => canonicalJson(step)).sort(byCodeUnit);
  return createHash('sha256')
    .update(canonicalJson({ version: hashedForm(version), lens }))
    .digest('hex');
}

function hashedForm(version: SchemaVersion): unknown {
  return {
    version: version.version,
    types: Object.values(version.types)
      .map((type) => ({
        ...hashedObject(type),
        keyPaths: sortedBy(type.keyPaths, (path) => path.id).map(hashedPath),
        expiry: type.expiry,
      }))
      .sort(byStorageName),
    objects: Object.values(version.objects).map(hashedObject).sort(byStorageName),
    enums: Object.values(version.enums)
      .map((e) => ({
        storageName: e.storageName,
        name: e.name,
        base: e.base,
        values: sortedBy(e.values, (v) => JSON.stringify(v.stored)).map(({ value, stored }) => ({ value, stored })),
      }))
      .sort(byStorageName),
  };
}

function hashedObject(type: ObjectTypeModel) {
  return {
    storageName: type.storageName,
    name: type.name,
    fields: sortedBy(type.fields, (field) => field.storageName).map(hashedField),
  };
}

function hashedField({ storageName, name, type, required, readDefault }: FieldModel) {
  return { storageName, name, type, required, readDefault };
}

function hashedPath({ id, template, storageTemplate, generation, since, parameters }: KeyPathModel) {
  return { id, template, storageTemplate, generation, since, parameters };
}

function byStorageName(a: { readonly storageName: string }, b: { readonly storageName: string }): number {
  return byCodeUnit(a.storageName, b.storageName);
}
