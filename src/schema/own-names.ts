import { type FieldType, isScalar, type JsonValue } from '../fields/field-type.js';
import { canonicalJson } from '../values/canonical-json.js';
import { own } from '../values/own.js';
import type { EnumModel, FieldModel, ItemTypeModel, KeyPathModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { sortedBy } from './ordering.js';

/**
 * A version as if it were the first, so that everything is stored under the name that it has there: what two versions
 * declare can be compared in that form, whatever came before each of them.
 */
export function inOwnNames(version: SchemaVersion): SchemaVersion {
  return new Renaming(version).version();
}

class Renaming {
  constructor(private readonly from: SchemaVersion) {}

  version(): SchemaVersion {
    const { version, types, objects, enums } = this.from;
    return {
      version,
      types: byName(Object.values(types).map((type) => this.itemType(type))),
      objects: byName(Object.values(objects).map((object) => this.object(object))),
      enums: byName(Object.values(enums).map(inOwnValues)),
    };
  }

  private itemType(type: ItemTypeModel): ItemTypeModel {
    const names = new Map(type.fields.map((field) => [field.storageName, field]));
    const { expiry, ...rest } = type;
    return {
      ...rest,
      ...this.object(type),
      keyPaths: type.keyPaths.map((path) => this.keyPath(path, names)),
      ...(expiry !== undefined && { expiry: { ...expiry, at: names.get(expiry.at)?.name ?? expiry.at } }),
    };
  }

  private object<Type extends ObjectTypeModel>(object: Type): ObjectTypeModel {
    const { name, fields } = object;
    return { storageName: name, name, fields: fields.map((field) => this.field(field)) };
  }

  private field({ readDefault, ...field }: FieldModel): FieldModel {
    return {
      ...field,
      storageName: field.name,
      type: this.type(field.type),
      ...(readDefault !== undefined && { readDefault: this.value(field.type, readDefault) }),
    };
  }

  private keyPath(path: KeyPathModel, fields: ReadonlyMap<string, FieldModel>): KeyPathModel {
    return {
      ...path,
      storageTemplate: path.template,
      generation: 1,
      parameters: path.parameters.map((parameter) => ({
        field: fields.get(parameter.field)?.name ?? parameter.field,
        encoding: this.type(parameter.encoding),
        ...(parameter.default !== undefined && { default: this.value(parameter.encoding, parameter.default) }),
      })),
    };
  }

  private type(type: FieldType): FieldType {
    if (isScalar(type)) return type;
    switch (type.kind) {
      case 'array':
      case 'map':
      case 'set':
        return { kind: type.kind, of: this.type(type.of) };
      case 'enum':
        return { kind: 'enum', enum: this.from.enums[type.enum]?.name ?? type.enum };
      case 'object':
        return { kind: 'object', object: this.from.objects[type.object]?.name ?? type.object };
    }
  }

  private value(type: FieldType, value: JsonValue): JsonValue {
    if (isScalar(type)) return value;
    switch (type.kind) {
      case 'array':
        return (value as readonly JsonValue[]).map((element) => this.value(type.of, element));
      case 'set':
        return sortedBy(
          (value as readonly JsonValue[]).map((member) => this.value(type.of, member)),
          canonicalJson,
        );
      case 'map':
        return Object.fromEntries(
          Object.entries(value as Readonly<Record<string, JsonValue>>).map(([key, member]) => [
            key,
            this.value(type.of, member),
          ]),
        );
      case 'enum':
        return this.from.enums[type.enum]?.values.find(({ stored }) => stored === value)?.value ?? value;
      case 'object': {
        const given = value as Readonly<Record<string, JsonValue>>;
        const fields = this.from.objects[type.object]?.fields ?? [];
        return Object.fromEntries(
          fields.flatMap(({ storageName, name, type: of }) => {
            const member = own(given, storageName);
            return member === undefined ? [] : [[name, this.value(of, member)]];
          }),
        );
      }
    }
  }
}

function inOwnValues(model: EnumModel): EnumModel {
  return { ...model, storageName: model.name, values: model.values.map(({ value }) => ({ value, stored: value })) };
}

function byName<Model extends { readonly name: string }>(models: readonly Model[]): Readonly<Record<string, Model>> {
  return Object.fromEntries(models.map((model) => [model.name, model]));
}
