import type {
  DeclaredEnum,
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  DeclaredType,
  EntityClass,
} from '../../src/decorators/declared.js';
import type { FieldType, JsonValue } from '../../src/fields/field-type.js';
import type { ObjectTypeModel, SchemaVersion } from '../../src/schema/model.js';

/** A class of that name, as good as a decorated one for whoever only makes entities by its prototype. */
export function classNamed(name: string): EntityClass {
  return { [name]: class {} }[name] as EntityClass;
}

/**
 * The classes of the day on which the version was the newest: what an application compiled at it would declare.
 *
 * @param classes By storage name of item types and object types; one is made where there is none.
 */
export function declaredOf(version: SchemaVersion, classes: Map<string, EntityClass> = new Map()): DeclaredSchema {
  const classOf = (model: ObjectTypeModel): EntityClass => {
    const made = classes.get(model.storageName) ?? classNamed(model.name);
    classes.set(model.storageName, made);
    return made;
  };
  const enums = new Map<string, DeclaredEnum>();
  for (const { storageName, name, values } of Object.values(version.enums)) {
    enums.set(storageName, { name, values: values.map(({ value }) => value) });
  }
  const typeOf = (type: FieldType): DeclaredType => {
    switch (type.kind) {
      case 'array':
      case 'map':
      case 'set':
        return { kind: type.kind, of: typeOf(type.of) };
      case 'enum':
        return { kind: 'enum', enum: enums.get(type.enum)! };
      case 'object':
        return { kind: 'object', class: classOf(version.objects[type.object]!) };
      default:
        return type;
    }
  };
  const declare = (model: ObjectTypeModel): DeclaredObjectType => ({
    name: model.name,
    class: classOf(model),
    fields: model.fields.map((field): DeclaredField => ({
      name: field.name,
      type: typeOf(field.type),
      required: field.required,
      ...(field.readDefault !== undefined && { readDefault: inNames(field.type, field.readDefault, version) }),
      ...(field.initialValue && { initialValue: field.initialValue }),
    })),
  });
  return {
    types: Object.values(version.types).map((type): DeclaredItemType => ({
      ...declare(type),
      keyPaths: type.keyPaths.map(({ template }) => template),
    })),
    objects: Object.values(version.objects).map(declare),
    enums: [...enums.values()],
  };
}

/** A default as its user wrote it: enum values and fields of objects by their names in the version. */
function inNames(type: FieldType, value: JsonValue, version: SchemaVersion): unknown {
  switch (type.kind) {
    case 'array':
    case 'set':
      return (value as JsonValue[]).map((element) => inNames(type.of, element, version));
    case 'map':
      return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, inNames(type.of, v, version)]));
    case 'enum':
      return version.enums[type.enum]!.values.find(({ stored }) => stored === value)!.value;
    case 'object': {
      const { fields } = version.objects[type.object]!;
      const given = value as Record<string, JsonValue>;
      return Object.fromEntries(
        fields
          .filter(({ storageName }) => storageName in given)
          .map(({ storageName, name, type: of }) => [name, inNames(of, given[storageName]!, version)]),
      );
    }
    default:
      return value;
  }
}
