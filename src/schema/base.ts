import { type FieldType, isScalar, type JsonValue } from '../fields/field-type.js';
import type { EnumModel, FieldModel, ItemTypeModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { type EnumState, type FieldState, type Identity, mapReference, Moment, type TypeState } from './moment.js';
import type { History } from './rewind.js';
import type { SchemaSnapshot } from './snapshot.js';

/**
 * The whole history of a schema whose oldest versions are known from a snapshot: what the sources yield back to the
 * newest version of the snapshot, and before it the versions that the snapshot has. What is the same by its name at the
 * version that both have is the same before it.
 *
 * @param since what the sources yield, from the newest version of the base on
 */
export function historyOver(base: SchemaSnapshot, since: History): History {
  const identities = new Identities();
  const first = since.versions[0] as Moment;
  const newest = base.versions.at(-1) as SchemaVersion;
  identities.match(newest, first);
  const before = base.versions.slice(0, -1);
  return {
    versions: [...before.map((version) => momentOf(version, identities)), ...since.versions],
    lenses: [...before.map(() => []), ...since.lenses],
    settled: new Set([...since.settled, ...declaredIn(newest, first)]),
  };
}

/**
 * Defaults of which a removal did not say whether the older class had declared them: the data of the version tells.
 */
function* declaredIn(version: SchemaVersion, moment: Moment): Iterable<NonNullable<FieldState['readDefault']>> {
  for (const model of [...Object.values(version.types), ...Object.values(version.objects)]) {
    const state = moment.typeNamed(model.name);
    for (const { name, readDefault } of model.fields) {
      const open = state?.fields.find((field) => field.name === name)?.readDefault;
      if (readDefault !== undefined && open?.standing === 'unsettled') yield open;
    }
  }
}

/** Which part of the history each part of the snapshot is, by storage names: they never mean two things. */
class Identities {
  private readonly known = new Map<string, Identity>();

  match(version: SchemaVersion, moment: Moment): void {
    for (const model of [...Object.values(version.types), ...Object.values(version.objects)]) {
      const state = moment.typeNamed(model.name);
      if (state === undefined) continue;
      this.known.set(keyOf('type', model.storageName), state.id);
      for (const { name, storageName } of model.fields) {
        const field = state.fields.find((candidate) => candidate.name === name);
        if (field !== undefined) this.known.set(keyOf('field', model.storageName, storageName), field.id);
      }
      for (const { id, template } of 'keyPaths' in model ? (model as ItemTypeModel).keyPaths : []) {
        const path = state.keyPaths.find((candidate) => candidate.template === template);
        if (path !== undefined) this.known.set(keyOf('path', model.storageName, id), path.id);
      }
    }
    for (const model of Object.values(version.enums)) {
      const state = moment.enumNamed(model.name);
      if (state === undefined) continue;
      this.known.set(keyOf('type', model.storageName), state.id);
      for (const { value, stored } of model.values) {
        const same = state.values.find((candidate) => candidate.value === value);
        if (same !== undefined) this.known.set(keyOf('value', model.storageName, stored), same.id);
      }
    }
  }

  readonly type = (storageName: string): Identity => this.of('type', storageName);
  readonly field = (owner: string, storageName: string): Identity => this.of('field', owner, storageName);
  readonly path = (owner: string, id: string): Identity => this.of('path', owner, id);
  readonly value = (e: string, stored: string | number): Identity => this.of('value', e, stored);

  private of(...parts: readonly (string | number)[]): Identity {
    const key = keyOf(...parts);
    return this.known.get(key) ?? key;
  }
}

/** No identity that a moment gives out looks like it. */
const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** A version as it was published, as a moment of the history. */
function momentOf(version: SchemaVersion, identities: Identities): Moment {
  const moment = Moment.empty();
  for (const model of Object.values(version.types)) {
    const { expiry } = model;
    moment.putType({
      ...typeState(model, 'item', version, identities),
      keyPaths: model.keyPaths.map(({ id, template }) => ({ id: identities.path(model.storageName, id), template })),
      ...(expiry && { expiry: { field: identities.field(model.storageName, expiry.at), since: version.version } }),
    });
  }
  for (const model of Object.values(version.objects)) moment.putType(typeState(model, 'object', version, identities));
  for (const model of Object.values(version.enums)) moment.putEnum(enumState(model, identities));
  return moment;
}

function typeState(
  { name, storageName, fields }: ObjectTypeModel,
  kind: TypeState['kind'],
  version: SchemaVersion,
  identities: Identities,
): TypeState {
  const state = (field: FieldModel): FieldState => {
    const { required, type, readDefault, initialValue } = field;
    return {
      id: identities.field(storageName, field.storageName),
      name: field.name,
      type: mapReference(type, identities.type),
      required,
      ...(readDefault !== undefined && {
        readDefault: { value: identified(type, readDefault, version, identities), standing: 'declared' as const },
      }),
      ...(initialValue !== undefined && { initialValue }),
    };
  };
  // The class is gone: only messages about it would use it, and what was published needs none.
  return { id: identities.type(storageName), kind, name, class: Object, fields: fields.map(state), keyPaths: [] };
}

function enumState({ name, storageName, base, values }: EnumModel, identities: Identities): EnumState {
  return {
    id: identities.type(storageName),
    name,
    base,
    values: values.map(({ value, stored }) => ({ id: identities.value(storageName, stored), value })),
  };
}

/** A default in one version's storage names, with enum values and the fields of objects as identities. */
function identified(type: FieldType, value: JsonValue, version: SchemaVersion, identities: Identities): JsonValue {
  const inside = (of: FieldType, member: JsonValue): JsonValue => identified(of, member, version, identities);
  if (isScalar(type)) return value;
  switch (type.kind) {
    case 'enum': {
      const { values, storageName } = version.enums[type.enum] as EnumModel;
      const { stored } = values.find((candidate) => candidate.stored === value) ?? { stored: value as string };
      return identities.value(storageName, stored);
    }
    case 'object': {
      const { fields, storageName } = version.objects[type.object] as ObjectTypeModel;
      const given = value as Readonly<Record<string, JsonValue>>;
      return Object.fromEntries(
        fields
          .filter((field) => Object.hasOwn(given, field.storageName))
          .map((field) => [
            identities.field(storageName, field.storageName),
            inside(field.type, given[field.storageName] as JsonValue),
          ]),
      );
    }
    case 'array':
    case 'set':
      return (value as readonly JsonValue[]).map((member) => inside(type.of, member));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Readonly<Record<string, JsonValue>>).map(([key, member]) => [
          key,
          inside(type.of, member),
        ]),
      );
  }
}
