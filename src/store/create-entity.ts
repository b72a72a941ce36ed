import { plainToClassFromExist } from 'class-transformer';
import type { EntityClass } from '../decorators/declared.js';
import type { FieldType } from '../fields/field-type.js';
import { isDate } from '../fields/kinds.js';
import type { ItemTypeModel, ObjectTypeModel } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { setOwn } from '../values/own.js';
import { UnknownPropertyError } from './errors.js';

/**
 * Makes an instance of an item type's class from plain values, without running its constructor. What users say with
 * class-transformer's decorators holds (`@Transform`, `@Expose`, `@Exclude`, `@Type`) for every field that holds plain
 * values, in nested classes too.
 *
 * class-transformer would run the constructors of nested classes, and loses sets and bytes: so fields that hold such
 * values are converted here, by what the schema knows of them.
 *
 * @throws UnknownPropertyError
 */
export function createEntity(schema: Schema, type: ItemTypeModel, plain: object): object {
  const conversion = new Conversion(schema);
  const entity = conversion.instance(type, schema.classes.types.get(type.storageName)!, plain, '');
  if (conversion.unknown.length > 0) {
    throw new UnknownPropertyError(
      type.name,
      conversion.unknown,
      type.fields.map(({ name }) => name),
    );
  }
  return entity;
}

class Conversion {
  readonly unknown: string[] = [];
  /** What was converted already: an object that is there twice, or that lies in itself, becomes one instance. */
  private readonly instances = new Map<object, object>();

  constructor(private readonly schema: Schema) {}

  instance(model: ObjectTypeModel, entityClass: EntityClass, plain: object, place: string): object {
    const known = this.instances.get(plain);
    if (known !== undefined) return known;
    const entity = Object.create(entityClass.prototype as object) as Record<string, unknown>;
    this.instances.set(plain, entity);

    const fields = new Map(model.fields.map((field) => [field.name, field.type]));
    const { simple, rest } = partition(plain, fields);
    plainToClassFromExist(entity, simple, { exposeUnsetFields: false });
    for (const [name, value] of Object.entries(rest)) setOwn(entity, name, value);
    for (const name of Object.keys(entity)) {
      const type = fields.get(name);
      if (type === undefined) this.unknown.push(`${place}${name}`);
      else setOwn(entity, name, this.value(type, entity[name], `${place}${name}`));
    }
    return entity;
  }

  private value(type: FieldType, value: unknown, place: string): unknown {
    if (typeof value !== 'object' || value === null) return value;
    switch (type.kind) {
      case 'object':
        return this.object(type.object, value, place);
      case 'array':
        return Array.isArray(value) ? value.map((each, i) => this.value(type.of, each, `${place}[${i}]`)) : value;
      case 'map':
        return isPlain(value) ? this.map(type.of, value, place) : value;
      default:
        return value;
    }
  }

  private object(storageName: string, value: object, place: string): object {
    const entityClass = this.schema.classes.objects.get(storageName);
    const model = this.schema.versions.at(-1)!.objects[storageName]!;
    if (entityClass === undefined || !isPlain(value)) return value;
    return this.instance(model, entityClass, value, `${place}.`);
  }

  private map(of: FieldType, value: object, place: string): object {
    const map: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) setOwn(map, key, this.value(of, member, `${place}.${key}`));
    return map;
  }
}

/** What class-transformer may see, and what it would damage. Properties that are undefined count as left out. */
function partition(plain: object, fields: ReadonlyMap<string, FieldType>) {
  const simple: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined) continue;
    const type = fields.get(name);
    const harmless =
      typeof value !== 'object' || value === null || isDate(value) || type === undefined || holdsScalars(type);
    setOwn(harmless ? simple : rest, name, value);
  }
  return { simple, rest };
}

/** True for the types whose values class-transformer takes as they are. */
function holdsScalars(type: FieldType): boolean {
  if (type.kind === 'array') return holdsScalars(type.of);
  return !['object', 'map', 'set', 'json', 'bytes'].includes(type.kind);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
