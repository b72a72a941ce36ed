import type { AttributeMap, AttributeValue } from '../../values/attribute-value.js';
import { setOwn } from '../../values/own.js';
import { DamagedValue } from '../errors.js';
import type { JsonValue } from '../json-value.js';
import { describe, describeStored, elementsOf, isPlainObject } from '../kinds.js';
import { storable } from './number.js';
import type { Facts, Objection, ScalarType } from './scalar-type.js';
import { wellFormed } from './text.js';

/** How deep DynamoDB lets maps and lists nest. */
export const DEEPEST = 32;

/** It is whatever its property says that it is: it reads as `never`, which every property can hold. */
export type Json = Facts<unknown, 'anything but undefined', unknown, never>;

/** Anything that JSON can say, except null by itself, stored in DynamoDB's own types. */
export const json: ScalarType<Json> = {
  holds: 'anything but undefined',
  since: '0.1.0',
  set: undefined,
  decode(stored) {
    if ('NULL' in stored) throw new DamagedValue('is stored as null (NULL)');
    return decodeJson(stored);
  },
  encode: (value) => encodeJson(value as JsonValue),
  check: (value, depth = 0) =>
    value === null ? { code: 'type', message: 'must not be null by itself' } : checkJson(value, depth),
  fromJson: (value) => value,
  toJson: (value) => decodeJson(encodeJson(value as JsonValue)),
  fromText: (text) => text,
};

function decodeJson(stored: AttributeValue): JsonValue {
  if ('S' in stored) return stored.S;
  if ('N' in stored) return decodeNumber(stored.N);
  if ('BOOL' in stored) return stored.BOOL;
  if ('NULL' in stored) return null;
  if ('L' in stored) return stored.L.map(decodeJson);
  if ('M' in stored) return decodeObject(stored.M);
  throw new DamagedValue(`is stored as ${describeStored(stored)}, which JSON does not have`);
}

function decodeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') throw new DamagedValue('holds a number that is no double');
  return value;
}

function decodeObject(map: AttributeMap): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (const name of Object.keys(map)) setOwn(object, name, decodeJson(map[name] as AttributeValue));
  return object;
}

function encodeJson(value: JsonValue): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value === 0 ? 0 : value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  return Array.isArray(value) ? { L: elementsOf(value).map(encodeJson) } : { M: encodeObject(value as JsonObject) };
}

type JsonObject = Readonly<Record<string, JsonValue>>;

function encodeObject(object: JsonObject): AttributeMap {
  const map: Record<string, AttributeValue> = {};
  for (const name of Object.keys(object)) setOwn(map, name, encodeJson(object[name] as JsonValue));
  return map;
}

/** The first thing that JSON cannot say. The limit of depth ends cycles too. */
function checkJson(value: unknown, depth: number): Objection | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'string':
      return wellFormed(value);
    case 'number':
      return storable(value);
    case 'object':
      if (value === null) return undefined;
      if (Array.isArray(value) || isPlainObject(value)) return checkMembers(value, depth);
      break;
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
  }
  return { code: 'type', message: `must be what JSON can say, got ${describe(value)}` };
}

function checkMembers(value: readonly unknown[] | Readonly<Record<string, unknown>>, depth: number) {
  if (depth >= DEEPEST) return tooDeep;
  // By index, so that the holes of an array are seen.
  const isArray = Array.isArray(value);
  const keys = isArray ? Array.from(value, (_, i) => String(i)) : Object.keys(value);
  for (const key of keys) {
    const objection = checkJson((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (objection === undefined) continue;
    const segment = isArray ? `[${key}]` : memberSegment(key);
    return objection === tooDeep ? tooDeep : { ...objection, path: segment + (objection.path ?? '') };
  }
  return undefined;
}

export const tooDeep: Objection = Object.freeze({
  code: 'range',
  message: `must not nest deeper than the ${DEEPEST} levels that DynamoDB stores (does it refer to itself?)`,
});

/** `.name`, or `["any key"]` where the key is no name. */
export function memberSegment(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
