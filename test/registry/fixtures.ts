import { createHash } from 'node:crypto';
import type { EntryContent, Published } from '../../src/registry/entry.js';
import { sealEntry, type Entry } from '../../src/registry/entry.js';
import type { PublishableSchema } from '../../src/registry/past.js';
import type { ItemTypeModel, KeyPathModel, MigrationModel, SchemaVersion } from '../../src/schema/model.js';

const at = new Date('2026-01-01T00:00:00Z');

/** A chain of entries with these contents, after a head. */
export function chain(contents: readonly EntryContent[], head = { epoch: 0, headHash: '' }): readonly Entry[] {
  const entries: Entry[] = [];
  for (const content of contents) {
    const last = entries.at(-1);
    entries.push(sealEntry(last === undefined ? head : { epoch: last.epoch, headHash: last.hash }, content, at));
  }
  return entries;
}

export const opened: EntryContent = {
  kind: 'opened',
  registry: '11112222-3333-4444-8555-666677778888',
  schemaName: 'shop',
  createGuard: 'fence',
  registryMaxAge: 60_000,
  format: 1,
};

/** Versions given as `{ Order: ['/a-:id', '/b-:id'] }`: the key paths of each type, by place. */
export function versionData(version: number, types: Readonly<Record<string, readonly string[]>>): SchemaVersion {
  return {
    version,
    types: Object.fromEntries(Object.entries(types).map(([name, paths]) => [name, type(name, paths)])),
    objects: {},
    enums: {},
  };
}

function type(name: string, templates: readonly string[]): ItemTypeModel {
  return {
    storageName: name,
    name,
    fields: [{ storageName: 'id', name: 'id', type: { kind: 'string' }, required: true }],
    keyPaths: templates.flatMap((template, id) => (template === '' ? [] : [path(String(id), template)])),
  };
}

function path(id: string, template: string): KeyPathModel {
  const parameters = [{ field: 'id', encoding: { kind: 'string' as const } }];
  return { id, template, storageTemplate: template.replace(/:\w+/, ':id'), generation: 1, since: 1, parameters };
}

export function published(schema: SchemaVersion, more: Partial<Published> = {}): Published {
  return { kind: 'published', version: schema.version, versionHash: hash(schema), schema, ...more };
}

/** A schema as `defineSchema` makes one, of versions in order. */
export function schemaOf(
  versions: readonly SchemaVersion[],
  descriptions: readonly string[] = [],
  name = 'shop',
): PublishableSchema {
  const migrations = versions.slice(1).map(({ version }, i): MigrationModel => ({
    from: version - 1,
    description: descriptions[i] ?? `step ${version}`,
    changes: [],
    lens: [],
  }));
  return { name, version: versions.at(-1)!.version, versions, migrations, hashes: versions.map(hash) };
}

function hash(schema: SchemaVersion): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex');
}
