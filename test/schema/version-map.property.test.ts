import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonToAttribute } from '../../src/fields/defaults.js';
import type { FieldType } from '../../src/fields/field-type.js';
import type { SchemaVersion } from '../../src/schema/model.js';
import { schemaFrom } from '../../src/schema/schema-from.js';
import { printSnapshot, readSnapshot, snapshotOf } from '../../src/schema/snapshot.js';
import { buildVersionMap } from '../../src/schema/version-map.js';
import { histories, type RandomHistory } from './arbitraries.js';
import { declaredOf } from './declare.js';

const RUNS = { numRuns: 100 };
const build = ({ declared, migrations }: RandomHistory) => buildVersionMap(declared, migrations);

describe('the version map of random histories', () => {
  it('is the same on the day that a version was the newest as it is later', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        const whole = build(history);
        whole.versions.forEach((version, i) => {
          const then = buildVersionMap(declaredOf(version), history.migrations.slice(0, i));
          expect(then.versions).toEqual(whole.versions.slice(0, i + 1));
          expect(then.migrations).toEqual(whole.migrations.slice(0, i));
          expect(then.hashes).toEqual(whole.hashes.slice(0, i + 1));
        });
      }),
      // A history of five migrations is six chains to work out.
      { numRuns: 50 },
    );
  });

  it('is the same where a snapshot stands for the oldest versions, and their migrations are deleted', () => {
    fc.assert(
      fc.property(histories({ maxMigrations: 8 }), ({ declared, migrations }) => {
        const whole = schemaFrom('s', declared, migrations);
        whole.versions.forEach(({ version: k }) => {
          const base = readSnapshot(JSON.parse(printSnapshot(snapshotOf(whole, { version: k }))));
          const left = migrations.filter(({ from }) => from >= k);
          const { versions, migrations: models, hashes } = buildVersionMap(declared, left, base);
          expect(hashes).toEqual(whole.hashes);
          expect(versions).toEqual(whole.versions);
          expect(models).toEqual(whole.migrations);
        });
      }),
      { numRuns: Number(process.env['FC'] ?? 20) },
    );
  });

  it('does not depend on the order of classes, fields, key paths, enum values and migrations', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        expect(build(reversed(history))).toEqual(build(history));
      }),
      RUNS,
    );
  });

  it('never gives a storage name, a stored enum value or a path id to two things', () => {
    fc.assert(
      fc.property(histories({ maxMigrations: 10 }), (history) => {
        const { versions } = build(history);
        const uses = new Map<string, { readonly what: string; last: number }>();
        const use = (name: string, what: unknown, version: number): void => {
          const before = uses.get(name);
          // What is gone does not come back under its old storage name.
          if (before !== undefined) expect([before.what, before.last]).toEqual([JSON.stringify(what), version - 1]);
          uses.set(name, { what: JSON.stringify(what), last: version });
        };
        for (const { version, types, objects, enums } of versions) {
          for (const [kind, models] of Object.entries({ types, objects })) {
            for (const type of Object.values(models)) {
              use(`type ${type.storageName}`, kind, version);
              for (const field of type.fields)
                use(`field ${type.storageName}.${field.storageName}`, field.type, version);
            }
          }
          for (const type of Object.values(types)) {
            for (const { id, storageTemplate, generation, since, parameters } of type.keyPaths) {
              use(`path ${type.storageName} ${id}`, { storageTemplate, generation, since, parameters }, version);
            }
          }
          for (const e of Object.values(enums)) {
            use(`type ${e.storageName}`, e.base, version);
            for (const { stored } of e.values) use(`value ${e.storageName} ${JSON.stringify(stored)}`, '', version);
          }
        }
      }),
      RUNS,
    );
  });

  it('gives versions that can be read by themselves', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        build(history).versions.forEach(expectSelfContained);
      }),
      RUNS,
    );
  });
});

function expectSelfContained(version: SchemaVersion): void {
  const references = new Set<string>();
  const reference = (type: FieldType): void => {
    if (type.kind === 'array' || type.kind === 'map' || type.kind === 'set') reference(type.of);
    if (type.kind === 'object') references.add(type.object);
    if (type.kind === 'enum') references.add(type.enum);
  };
  for (const type of [...Object.values(version.types), ...Object.values(version.objects)]) {
    for (const field of type.fields) {
      reference(field.type);
      if (field.readDefault !== undefined) jsonToAttribute(field.type, field.readDefault, version);
    }
  }
  expect([...references].sort()).toEqual([...Object.keys(version.objects), ...Object.keys(version.enums)].sort());
  for (const type of Object.values(version.types)) {
    expect(type.keyPaths.map(({ id }) => id)[0]).toBe('0');
    const fields = type.fields.map(({ storageName }) => storageName);
    for (const path of type.keyPaths) for (const { field } of path.parameters) expect(fields).toContain(field);
  }
}

function reversed({ declared, migrations }: RandomHistory): RandomHistory {
  const back = <T>(elements: readonly T[]): T[] => [...elements].reverse();
  const types = back(declared.types).map((type) => {
    const [primary, ...secondary] = type.keyPaths;
    return { ...type, fields: back(type.fields), keyPaths: [primary!, ...back(secondary)] };
  });
  return {
    declared: {
      types,
      objects: back(declared.objects).map((o) => ({ ...o, fields: back(o.fields) })),
      enums: back(declared.enums),
    },
    migrations: back(migrations),
  };
}
