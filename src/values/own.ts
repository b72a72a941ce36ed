/**
 * Reads an own property: unlike `map[name]`, it finds nothing where a name such as `constructor` or `__proto__` is only
 * inherited.
 */
export function own<V>(map: { readonly [name: string]: V }, name: string): V | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Sets an own property, also where the name is `__proto__`, to which an assignment would do something else. */
export function setOwn<V>(map: Record<string, V>, name: string, value: V): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[name] = value;
  }
}

/** Gives an object a property of its own, also where an assignment would run an inherited setter, or fail at one. */
export function putOwn(object: object, name: string, value: unknown): void {
  if (name in object && !Object.hasOwn(object, name)) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[name] = value;
  }
}
