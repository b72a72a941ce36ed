import { createHash } from 'node:crypto';
import type { FieldModel, KeyPathModel, MigrationModel, ObjectTypeModel, SchemaVersion } from './model.js';

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

/** JSON with the names of every object sorted by code unit, so that equal data give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Compares as `<` does: by UTF-16 code unit, the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hashedForm(version: SchemaVersion): unknown {
  return {
    version: version.version,
    types: Object.values(version.types)
      .map((type) => ({ ...hashedObject(type), keyPaths: sortedBy(type.keyPaths, (path) => path.id).map(hashedPath) }))
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

function sortedBy<T>(elements: readonly T[], key: (element: T) => string): readonly T[] {
  return [...elements].sort((a, b) => byCodeUnit(key(a), key(b)));
}
