import type { EntityClass } from '../decorators/declared.js';
import { type FieldType, isScalar } from '../fields/field-type.js';
import { DEEPEST, memberSegment } from '../fields/scalars/json.js';
import { isBuiltIn, isPlainObject, isSet } from '../fields/kinds.js';
import type { ObjectTypeModel } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { putOwn, setOwn } from '../values/own.js';
import type { UnknownProperty } from './errors.js';
import { type Entries, inputFor } from './input-rules.js';

/** One property of what a caller gave: the field that it is for, and its value as it was given. */
export interface Part {
  readonly name: string;
  readonly type: FieldType;
  readonly value: unknown;
}

/**
 * Takes plain data apart by a schema, field by field: objects where the schema has an object type become instances of
 * its class, and their containers are made anew. Everything else is passed on as it is, whatever it is: the check of a
 * write says what does not fit. Nothing that was given is called but the properties that are read.
 */
export class TakeApart {
  readonly unknown: UnknownProperty[] = [];
  /** By object type and given object: what is there twice, or lies in itself, becomes one instance. */
  private readonly instances = new Map<string, Map<object, object>>();
  private readonly types = new Map<ObjectTypeModel, ReadonlyMap<string, FieldType>>();
  private depth = 0;

  constructor(
    private readonly schema: Schema,
    /** `nullLeavesOut`: null in a nested object says that a field of it is left out. */
    private readonly options: { readonly nullLeavesOut: boolean } = { nullLeavesOut: false },
  ) {}

  /** An instance of a class, made without its constructor. */
  instance(entityClass: EntityClass, parts: readonly Part[], place: string): object {
    return this.fill(Object.create(entityClass.prototype as object) as object, parts, place);
  }

  /** What the data say for each field of an item. Properties that are undefined count as left out. */
  parts(model: ObjectTypeModel, given: object, place: string): readonly Part[] {
    return this.partsBy(model, Object.entries(given), place);
  }

  /** The same for a nested object, whose class may have decorators about input. */
  nestedParts({ model, entityClass }: NestedType, given: object, place: string): readonly Part[] {
    return this.partsBy(model, inputFor(entityClass, given), place);
  }

  /** The value of one field, with the plain objects in it made into instances. */
  value(type: FieldType, value: unknown, place: string): unknown {
    if (typeof value !== 'object' || value === null || isScalar(type)) return value;
    switch (type.kind) {
      case 'object':
        return this.object(type.object, value, place);
      case 'array':
        return Array.isArray(value) ? this.array(type.of, value as readonly unknown[], place) : value;
      case 'map':
        return isPlainObject(value) ? this.map(type.of, value, place) : value;
      case 'set':
        return isSet(value) ? new Set(value) : value;
      case 'enum':
        return value;
    }
  }

  /** The object type that a value is to be taken apart by; undefined where it stays as it is. */
  nestedType(storageName: string, value: object): NestedType | undefined {
    const entityClass = this.schema.classes.objects.get(storageName);
    if (entityClass === undefined || isBuiltIn(value) || isInstance(value, entityClass)) return undefined;
    return { model: this.schema.versions.at(-1)!.objects[storageName]!, entityClass };
  }

  private partsBy(model: ObjectTypeModel, entries: Entries, place: string): readonly Part[] {
    const types = this.typesOf(model);
    const parts: Part[] = [];
    for (const [name, value] of entries) {
      if (value === undefined) continue;
      const type = types.get(name);
      if (type === undefined) this.unknown.push({ path: place + name, owner: model });
      else parts.push({ name, type, value });
    }
    return parts;
  }

  private object(storageName: string, value: object, place: string): object {
    const type = this.nestedType(storageName, value);
    // What lies deeper than DynamoDB stores is refused by the check; following it could exhaust the stack.
    if (type === undefined || this.depth > DEEPEST) return value;
    const made = this.madeOf(storageName);
    const known = made.get(value);
    if (known !== undefined) return known;

    const instance = Object.create(type.entityClass.prototype as object) as object;
    made.set(value, instance);
    this.depth++;
    const parts = this.nestedParts(type, value, `${place}.`);
    const kept = this.options.nullLeavesOut ? parts.filter((part) => part.value !== null) : parts;
    this.fill(instance, kept, `${place}.`);
    this.depth--;
    return instance;
  }

  private fill(instance: object, parts: readonly Part[], place: string): object {
    for (const { name, type, value } of parts) putOwn(instance, name, this.value(type, value, place + name));
    return instance;
  }

  private typesOf(model: ObjectTypeModel): ReadonlyMap<string, FieldType> {
    let types = this.types.get(model);
    if (types === undefined) {
      types = new Map(model.fields.map(({ name, type }) => [name, type]));
      this.types.set(model, types);
    }
    return types;
  }

  private madeOf(storageName: string): Map<object, object> {
    let made = this.instances.get(storageName);
    if (made === undefined) this.instances.set(storageName, (made = new Map<object, object>()));
    return made;
  }

  /** By index: holes are seen by the check, and no constructor of a subclass of Array runs. */
  private array(of: FieldType, value: readonly unknown[], place: string): unknown[] {
    const elements: unknown[] = [];
    for (let i = 0; i < value.length; i++) elements.push(this.value(of, value[i], `${place}[${i}]`));
    return elements;
  }

  private map(of: FieldType, value: object, place: string): object {
    const map: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      setOwn(map, key, this.value(of, member, place + memberSegment(key)));
    }
    return map;
  }
}

export interface NestedType {
  readonly model: ObjectTypeModel;
  readonly entityClass: EntityClass;
}

function isInstance(value: object, entityClass: EntityClass): boolean {
  return Object.prototype.isPrototypeOf.call(entityClass.prototype as object, value);
}
