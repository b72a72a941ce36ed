import { DamagedValue } from '../fields/errors.js';
import { describe } from '../fields/kinds.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { setOwn } from '../values/own.js';
import { sameValue } from '../values/same-value.js';
import { isUnset, setValue, storedValue, unstoredValue, valueOf, type FieldPlan } from './field-plan.js';
import type { Problem } from './problem.js';
import type { Origins } from './origins.js';
import type { RawTrail } from './raw-trail.js';
import type { Writing } from './value-codec.js';

/*
 * What item types and object types have in common: a fixed list of fields over a map of attributes.
 */

/** Reads every field of `map` into a new object, in the plan's order, so that all of a type have one shape. */
export function readFields(
  fields: readonly FieldPlan[],
  map: AttributeMap,
  into: object,
  trail: RawTrail | undefined,
): void {
  let i = 0;
  try {
    for (; i < fields.length; i++) {
      const field = fields[i] as FieldPlan;
      const stored = storedValue(field, map);
      const value = isUnset(stored) ? unstoredValue(field) : field.codec.decode(stored, trail);
      if (value !== undefined) setValue(field, into, value);
    }
  } catch (error) {
    throw within(error, fields[i] as FieldPlan);
  }
}

export function checkFields(
  fields: readonly FieldPlan[],
  entity: object,
  path: string,
  ancestors: object[],
  problems: Problem[],
): void {
  for (const field of fields) {
    const value = valueOf(field, entity);
    const place = path === '' ? field.name : `${path}.${field.name}`;
    if (value === undefined) {
      if (field.required) problems.push({ code: 'required', path: place, message: whatIsRequired(field) });
    } else if (value === null) {
      const remedy = field.required ? 'is required' : 'must be left out (undefined) where there is nothing to say';
      problems.push({
        code: field.required ? 'required' : 'type',
        path: place,
        message: `${remedy}, got ${describe(value)}`,
      });
    } else {
      field.codec.check(value, place, ancestors, problems);
    }
  }
}

function whatIsRequired(field: FieldPlan): string {
  if (!field.isInitialised()) return 'is required';
  return (
    'is required, and what its class initialises it with does not count: create() and loads run no initialiser and no ' +
    'constructor. Give it a value, or make it a Generated<T> with a readDefault and required: false'
  );
}

/** The attributes of something new: what is undefined is left out. */
export function writeFields(fields: readonly FieldPlan[], entity: object, writing: Writing): AttributeMap {
  const map: Record<string, AttributeValue> = {};
  for (const field of fields) {
    const value = valueOf(field, entity);
    if (value !== undefined) setOwn(map, field.storageName, field.codec.encode(value, writing));
  }
  return map;
}

/** `raw` with what the caller changed put on; `raw` itself where that is nothing. */
export function mergeFields(
  fields: readonly FieldPlan[],
  entity: object,
  raw: AttributeMap,
  writing: Writing,
): AttributeMap {
  let changed: Record<string, AttributeValue> | undefined;
  for (const field of fields) {
    const stored = storedValue(field, raw);
    const next = mergeField(field, valueOf(field, entity), stored, writing);
    if (next === undefined || next === stored) continue;
    changed ??= { ...raw };
    setOwn(changed, field.storageName, next);
  }
  return changed ?? raw;
}

/** Makes the nested objects of an entity known. */
export function visitFields(fields: readonly FieldPlan[], entity: object, origins: Origins): void {
  for (const field of fields) {
    if (field.codec.visit === undefined) continue;
    const value = valueOf(field, entity);
    if (value !== undefined) field.codec.visit(value, origins);
  }
}

export function settleFields(fields: readonly FieldPlan[], entity: object): void {
  for (const field of fields) {
    const value = valueOf(field, entity);
    if (value === undefined) {
      if (field.fallback !== undefined && Object.isExtensible(entity)) setValue(field, entity, field.fallback.fresh());
    } else if (field.codec.settle !== undefined) {
      const settled = field.codec.settle(value);
      // A property that cannot be written stays as it is: a write that has been done must not fail over it.
      if (!Object.is(settled, value)) Reflect.set(entity, field.name, settled);
    }
  }
}

function mergeField(
  field: FieldPlan,
  value: unknown,
  stored: AttributeValue | undefined,
  writing: Writing,
): AttributeValue | undefined {
  const { codec, fallback } = field;
  if (isUnset(stored)) {
    if (value === undefined) return stored;
    const next = codec.encode(value, writing);
    // A default that reads as before is not written: it is the reader's, and may differ in another version.
    return fallback !== undefined && sameValue(next, fallback.canonical()) ? stored : next;
  }
  try {
    if (value !== undefined) return codec.merge(value, stored, writing);
    codec.decode(stored, undefined);
    return NULL;
  } catch (error) {
    throw within(error, field);
  }
}

/** What a field that its user unset is stored as. */
const NULL: AttributeValue = Object.freeze({ NULL: true });

function within(error: unknown, field: FieldPlan): unknown {
  return error instanceof DamagedValue ? error.within(`.${field.name}`) : error;
}
