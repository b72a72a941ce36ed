import type { AttributeValue } from '../values/attribute-value.js';
import { own, setOwn } from '../values/own.js';
import { InvalidDefaultError } from './errors.js';
import { type FieldType, isScalar, type JsonValue } from './field-type.js';
import { describe, isMap, isPlainObject, isSet } from './kinds.js';
import type { ScalarCodec } from './scalars/scalar-type.js';
import { scalarTypes } from './scalars/index.js';
import { setAttribute } from './set-attribute.js';
import { noShapes, type EnumShape, type ObjectShape, type Shapes } from './shapes.js';

/**
 * A read default in the form that the registry stores: from the value itself (a `Date`, a `Set`, an instance) or from
 * the JSON form that people write (`'2024-01-01'`). Enum values become their stored values, and fields of objects their
 * storage names.
 *
 * @throws InvalidDefaultError where the value is none of the type.
 * @example defaultToJson({ kind: 'timestampSeconds' }, '2024-01-01') // '2024-01-01T00:00:00.000Z'
 */
export function defaultToJson(type: FieldType, value: unknown, shapes: Shapes = noShapes): JsonValue {
  if (isScalar(type)) return scalarToJson(scalarTypes[type.kind], value);
  switch (type.kind) {
    case 'enum':
      return storedEnumValue(enumShape(type.enum, shapes), value);
    case 'object':
      return objectToJson(objectShape(type.object, shapes), value, shapes);
    case 'array':
      if (!Array.isArray(value)) throw new InvalidDefaultError(`must be an array, got ${describe(value)}`);
      return value.map((element, i) => at(`[${i}]`, () => defaultToJson(type.of, element, shapes)));
    case 'map':
      return mapToJson(type.of, value, shapes);
    case 'set':
      return setToJson(type.of, value, shapes);
  }
}

/**
 * The attribute that a read default in its registry form stands for: fresh at every call.
 *
 * @throws InvalidDefaultError where the JSON is not of the form that `defaultToJson` gives.
 */
export function jsonToAttribute(type: FieldType, json: JsonValue, shapes: Shapes = noShapes): AttributeValue {
  if (isScalar(type)) return scalarToAttribute(scalarTypes[type.kind], json);
  switch (type.kind) {
    case 'enum':
      if (typeof json === 'string') return { S: json };
      if (typeof json === 'number') return { N: String(json) };
      throw new InvalidDefaultError(`must be a stored enum value, got ${describe(json)}`);
    case 'object':
      return { M: objectToAttributes(objectShape(type.object, shapes), json, shapes) };
    case 'array':
      return { L: elements(json).map((element, i) => at(`[${i}]`, () => jsonToAttribute(type.of, element, shapes))) };
    case 'map': {
      const map: Record<string, AttributeValue> = {};
      for (const [key, member] of members(json)) {
        setOwn(
          map,
          key,
          at(`[${JSON.stringify(key)}]`, () => jsonToAttribute(type.of, member, shapes)),
        );
      }
      return { M: map };
    }
    case 'set':
      return setAttribute(elements(json).map((element) => jsonToAttribute(type.of, element, shapes)));
  }
}

function scalarToJson(codec: ScalarCodec, value: unknown): JsonValue {
  const runtime = valid(codec, codec.check(value) === undefined ? value : codec.fromJson(value));
  return codec.toJson(codec.settle === undefined ? runtime : codec.settle(runtime));
}

function scalarToAttribute(codec: ScalarCodec, json: JsonValue): AttributeValue {
  return codec.encode(valid(codec, codec.fromJson(json)));
}

function valid(codec: ScalarCodec, value: unknown): unknown {
  const objection = codec.check(value);
  if (objection !== undefined) throw new InvalidDefaultError(objection.message, objection.path);
  return value;
}

function storedEnumValue(shape: EnumShape, value: unknown): JsonValue {
  const found = shape.values.find((candidate) => candidate.value === value);
  if (found !== undefined) return found.stored;
  const choices = shape.values.map((candidate) => JSON.stringify(candidate.value)).join(', ');
  throw new InvalidDefaultError(`must be one of ${choices}, got ${describe(value)}`);
}

function objectToJson(shape: ObjectShape, value: unknown, shapes: Shapes): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidDefaultError(`must be an object (${shape.name}), got ${describe(value)}`);
  }
  const json: Record<string, JsonValue> = {};
  for (const field of shape.fields) {
    const member = own(value as Record<string, unknown>, field.name);
    if (member !== undefined) {
      setOwn(
        json,
        field.storageName,
        at(`.${field.name}`, () => defaultToJson(field.type, member, shapes)),
      );
    } else if (field.required && field.readDefault === undefined) {
      throw new InvalidDefaultError('is required', `.${field.name}`);
    }
  }
  return json;
}

/** Attributes that this version of the object type does not know are left out: it could not read them. */
function objectToAttributes(shape: ObjectShape, json: JsonValue, shapes: Shapes): Record<string, AttributeValue> {
  const content = Object.fromEntries(members(json));
  const map: Record<string, AttributeValue> = {};
  for (const field of shape.fields) {
    const member = own(content, field.storageName);
    if (member === undefined) continue;
    setOwn(
      map,
      field.storageName,
      at(`.${field.name}`, () => jsonToAttribute(field.type, member, shapes)),
    );
  }
  return map;
}

function mapToJson(of: FieldType, value: unknown, shapes: Shapes): JsonValue {
  if (!isMap(value) && !isPlainObject(value)) {
    throw new InvalidDefaultError(`must be a map, got ${describe(value)}`);
  }
  const json: Record<string, JsonValue> = {};
  for (const [key, member] of isMap(value) ? value : Object.entries(value)) {
    if (typeof key !== 'string') throw new InvalidDefaultError(`must have strings as keys, got ${describe(key)}`);
    setOwn(
      json,
      key,
      at(`[${JSON.stringify(key)}]`, () => defaultToJson(of, member, shapes)),
    );
  }
  return json;
}

function setToJson(of: FieldType, value: unknown, shapes: Shapes): JsonValue {
  if (!isSet(value) && !Array.isArray(value)) throw new InvalidDefaultError(`must be a Set, got ${describe(value)}`);
  const json = [...value].map((member: unknown) => defaultToJson(of, member, shapes) as string | number);
  return [...new Set(json)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function elements(json: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(json)) throw new InvalidDefaultError(`must be an array, got ${describe(json)}`);
  return json as readonly JsonValue[];
}

function members(json: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (!isPlainObject(json)) throw new InvalidDefaultError(`must be an object, got ${describe(json)}`);
  return Object.entries(json as Record<string, JsonValue>);
}

function enumShape(storageName: string, shapes: Shapes): EnumShape {
  const shape = own(shapes.enums, storageName);
  if (shape === undefined)
    throw new InvalidDefaultError(`is of the enum ${storageName}, which this version does not have`);
  return shape;
}

function objectShape(storageName: string, shapes: Shapes): ObjectShape {
  const shape = own(shapes.objects, storageName);
  if (shape === undefined) {
    throw new InvalidDefaultError(`is of the object type ${storageName}, which this version does not have`);
  }
  return shape;
}

function at<T>(segment: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidDefaultError ? error.within(segment) : error;
  }
}
