import { types } from 'node:util';

/*
 * `node:util` rather than `instanceof`, because values may come from another realm: a test runner's sandbox, a worker.
 */
export const isDate = (value: unknown): value is Date => types.isDate(value);
export const isBytes = (value: unknown): value is Uint8Array => types.isUint8Array(value);
export const isSet = (value: unknown): value is ReadonlySet<unknown> => types.isSet(value);
export const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> => types.isMap(value);

/** An object of the language whose content is not in its properties, so that it cannot be taken for a user's object. */
export function isBuiltIn(value: object): boolean {
  if (Array.isArray(value) || isDate(value) || isSet(value) || isMap(value)) return true;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isWeakMap(value) || types.isWeakSet(value))
    return true;
  return types.isPromise(value) || types.isRegExp(value) || types.isBoxedPrimitive(value);
}

/** An error, of whatever realm. */
export const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

/** An object literal, or one without a prototype; not an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An array's elements in an array of the language: `map` of a subclass would run that one's constructor. */
export function elementsOf<T>(array: readonly T[]): readonly T[] {
  return Object.getPrototypeOf(array) === Array.prototype ? array : Array.from(array);
}

const LONGEST = 40;

/** A value in a few words, for the "got …" of a message. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length <= LONGEST ? JSON.stringify(value) : `a string of ${value.length} characters`;
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      return value === null ? 'null' : describeObject(value);
    case 'boolean':
    case 'undefined':
      return String(value);
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return 'an array';
  if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`;
  if (isPlainObject(value)) return 'an object';
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== ''
    ? `an instance of ${constructor.name}`
    : 'an object';
}

const STORED_KINDS: Readonly<Record<string, string>> = {
  S: 'a string (S)',
  N: 'a number (N)',
  B: 'bytes (B)',
  BOOL: 'a boolean (BOOL)',
  NULL: 'null (NULL)',
  L: 'a list (L)',
  M: 'a map (M)',
  SS: 'a string set (SS)',
  NS: 'a number set (NS)',
  BS: 'a bytes set (BS)',
};

/** What kind of attribute is stored, in words and without its content. */
export function describeStored(stored: object): string {
  const kind = Object.keys(stored)[0] ?? '';
  return STORED_KINDS[kind] ?? 'something that is no attribute value';
}
