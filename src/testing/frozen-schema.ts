import type { DeclaredSchema, EntityClass } from '../decorators/declared.js';
import { discover } from '../decorators/discover.js';
import { differences, printDifferences } from '../schema/differences.js';
import type { ItemTypeModel, ObjectTypeModel, SchemaVersion } from '../schema/model.js';
import { inOwnNames } from '../schema/own-names.js';
import { schemaOver } from '../schema/schema-from.js';
import type { Schema } from '../schema/schema.js';
import { buildVersionMap } from '../schema/version-map.js';
import { FleetDefinitionError } from './errors.js';

/**
 * The schema as an application of an older version had it: that version as the newest sources yield it, with the
 * classes that were frozen when it was released.
 *
 * @param classes of item types; types of the version that are left out cannot be used, and are not compared
 * @throws FleetDefinitionError where the classes are not what the sources say that they were; SchemaDefinitionError
 */
export function frozenSchema(schema: Schema, version: number, classes: readonly EntityClass[]): Schema {
  return frozenSchemaFrom(schema, version, discover(classes));
}

/** `frozenSchema`, from what is gathered of the classes. */
export function frozenSchemaFrom(schema: Schema, version: number, declared: DeclaredSchema): Schema {
  const place = schema.versions.findIndex((candidate) => candidate.version === version);
  const yielded = schema.versions[place]!;
  const frozen = inOwnNames({ ...buildVersionMap(declared, []).versions[0]!, version });
  assertSame(frozen, yielded, schema.name);
  return schemaOver(schema.name, declared, {
    versions: [...schema.versions.slice(0, place), withInitialValues(yielded, declared)],
    migrations: schema.migrations.filter(({ from }) => from < version),
    hashes: schema.hashes.slice(0, place + 1),
  });
}

/** The roles are those of a release: what the classes of that day said is what was published. */
function assertSame(frozen: SchemaVersion, yielded: SchemaVersion, name: string): void {
  const { version } = yielded;
  const found = differences(frozen, typesOf(inOwnNames(yielded), Object.keys(frozen.types)), {
    version: 'the frozen classes',
    classes: `version ${version} as the sources yield it`,
  });
  if (found.length === 0) return;
  throw new FleetDefinitionError(
    `The frozen classes of version ${version} of schema '${name}' are not what its newest classes and migrations say ` +
      `of that version:\n${printDifferences(found)}\n` +
      `Put the frozen classes back as they were when version ${version} was released. Where they are right, a migration ` +
      `from ${version} or later does not say what it changed: the step stands below each difference.`,
    { schema: name, version },
  );
}

function typesOf(version: SchemaVersion, names: readonly string[]): SchemaVersion {
  const listed = Object.entries(version.types).filter(([name]) => names.includes(name));
  return { ...version, types: Object.fromEntries(listed) };
}

/** How `create` fills a field is no part of what is published, so only the classes of the day know it. */
function withInitialValues(version: SchemaVersion, declared: DeclaredSchema): SchemaVersion {
  const types = new Map([...declared.types, ...declared.objects].map((type) => [type.name, type]));
  const fields = ({ name, fields: models }: ObjectTypeModel) =>
    models.map(({ initialValue: _, ...model }) => {
      const initialValue = types.get(name)?.fields.find((field) => field.name === model.name)?.initialValue;
      return { ...model, ...(initialValue !== undefined && { initialValue }) };
    });
  const each = <Model extends ObjectTypeModel>(
    models: Readonly<Record<string, Model>>,
  ): Readonly<Record<string, Model>> =>
    Object.fromEntries(Object.entries(models).map(([key, model]) => [key, { ...model, fields: fields(model) }]));
  return { ...version, types: each<ItemTypeModel>(version.types), objects: each(version.objects) };
}
