import { DamagedValue } from '../fields/errors.js';
import { own } from '../values/own.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import type { ReadDefault } from './read-default.js';
import type { ValueCodec } from './value-codec.js';

/** One field of an item type or object type in one version, compiled. */
export interface FieldPlan {
  readonly name: string;
  readonly storageName: string;
  readonly codec: ValueCodec;
  readonly required: boolean;
  /** What is read where nothing is stored; undefined where the field is then absent, or the row damaged. */
  readonly fallback: ReadDefault | undefined;
  /** True for a name that instances have something under by their class: `constructor`, a getter of a base class. */
  readonly inheritedName: boolean;
  /** True where the class says a value that only `new` gives it, which `create` and a load do not run. */
  isInitialised(): boolean;
  /** As `inheritedName`, of the storage name. */
  readonly inheritedStorageName: boolean;
  /** True where an assignment would run a setter of the class, or fail, instead of making a property. */
  readonly needsDefine: boolean;
}

/** The stored value, `undefined` where there is none; NULL counts as stored here. */
export function storedValue(field: FieldPlan, row: AttributeMap): AttributeValue | undefined {
  return field.inheritedStorageName ? own(row, field.storageName) : row[field.storageName];
}

/** Whether a stored value says that there is none. */
export function isUnset(stored: AttributeValue | undefined): stored is undefined | { readonly NULL: true } {
  return stored === undefined || (stored as { NULL?: true }).NULL === true;
}

/** What an entity says for a field. */
export function valueOf(field: FieldPlan, entity: object): unknown {
  const values = entity as Readonly<Record<string, unknown>>;
  return field.inheritedName ? own(values, field.name) : values[field.name];
}

/** Gives an entity under construction a field's value. */
export function setValue(field: FieldPlan, entity: object, value: unknown): void {
  if (field.needsDefine) {
    Object.defineProperty(entity, field.name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (entity as Record<string, unknown>)[field.name] = value;
  }
}

/** What is read where nothing, or NULL, is stored. */
export function unstoredValue(field: FieldPlan): unknown {
  if (field.fallback !== undefined) return field.fallback.fresh();
  if (field.required) throw new DamagedValue('is required, but nothing is stored');
  return undefined;
}

/** True where an assignment to the name, on an object of that prototype, does not simply make a property. */
export function assignmentIsTaken(prototype: object, name: string): boolean {
  const inherited = inheritedProperty(prototype, name);
  return inherited !== undefined && inherited.writable !== true;
}

/** True where an object of that prototype has something under the name that can be no value of its own. */
export function isInheritedName(prototype: object, name: string): boolean {
  const inherited = inheritedProperty(prototype, name);
  // A setter keeps what it is given: a library may have made one of the property.
  return name in Object.prototype || (inherited !== undefined && inherited.set === undefined);
}

function inheritedProperty(prototype: object, name: string): PropertyDescriptor | undefined {
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(p, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}
