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
