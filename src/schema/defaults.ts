import { defaultToJson } from '../fields/defaults.js';
import { InvalidDefaultError } from '../fields/errors.js';
import { type FieldType, isScalar, type JsonValue } from '../fields/field-type.js';
import type { EnumShape, ObjectShape, Shapes } from '../fields/shapes.js';
import type { Identity, Moment } from './moment.js';
import { byCodeUnit } from './ordering.js';

/**
 * A default as the user wrote it at a moment, with enum values and the fields of objects as identities, so that no
 * later or earlier rename touches it.
 *
 * @throws InvalidDefaultError where the value is none of the type at that moment.
 */
export function identifiedDefault(type: FieldType, value: unknown, moment: Moment): JsonValue {
  return defaultToJson(type, value, shapesOf(moment));
}

/** How the parts of a default are called in one version. */
export interface DefaultNames {
  enumValue(enumId: Identity, valueId: Identity): string | number | undefined;
  /** The fields that the object type has in that version. */
  fields(objectId: Identity): readonly NamedObjectField[];
}

export interface NamedObjectField {
  readonly id: Identity;
  readonly name: string;
  readonly storageName: string;
  readonly type: FieldType;
  /** True where an object without it could not be read. */
  readonly demanded: boolean;
}

/**
 * The default in one version's names. Fields that the version does not have are left out: its own readers could not
 * have known them.
 *
 * @throws InvalidDefaultError where the version lacks the enum value, or demands a field that the default has not.
 */
export function namedDefault(type: FieldType, value: JsonValue, names: DefaultNames): JsonValue {
  if (isScalar(type)) return value;
  switch (type.kind) {
    case 'enum': {
      const named = names.enumValue(type.enum, value as Identity);
      if (named === undefined) throw new InvalidDefaultError('is an enum value that this version does not have');
      return named;
    }
    case 'object': {
      const given = value as Readonly<Record<Identity, JsonValue>>;
      return Object.fromEntries(
        names.fields(type.object).flatMap((field) => namedMember(field, given[field.id], names)),
      );
    }
    case 'array':
      return (value as readonly JsonValue[]).map((element) => namedDefault(type.of, element, names));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, JsonValue>).map(([key, member]) => [
          key,
          namedDefault(type.of, member, names),
        ]),
      );
    case 'set': {
      const members = (value as readonly JsonValue[]).map((member) => namedDefault(type.of, member, names));
      return (members as (string | number)[]).sort(inOrder);
    }
  }
}

function namedMember(
  field: NamedObjectField,
  value: JsonValue | undefined,
  names: DefaultNames,
): readonly (readonly [string, JsonValue])[] {
  if (value !== undefined) return [[field.storageName, namedDefault(field.type, value, names)]];
  if (!field.demanded) return [];
  throw new InvalidDefaultError('is required', `.${field.name}`);
}

function shapesOf(moment: Moment): Shapes {
  const enums: Record<Identity, EnumShape> = {};
  for (const e of moment.allEnums) {
    enums[e.id] = {
      values: e.values.map(({ id, value }) => ({ value, stored: id })),
    };
  }
  const objects: Record<Identity, ObjectShape> = {};
  for (const type of moment.allTypes) {
    objects[type.id] = {
      name: type.name,
      fields: type.fields.map((field) => ({
        storageName: field.id,
        name: field.name,
        type: field.type,
        required: field.required,
        ...(field.readDefault && { readDefault: field.readDefault.value }),
      })),
    };
  }
  return { enums, objects };
}

function inOrder(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : byCodeUnit(String(a), String(b));
}
