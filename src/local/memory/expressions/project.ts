import { copyRow, copyValue, setOwn } from '../values.js';
import type { AttributeMap, AttributeValue } from '../values.js';
import type { Step } from './syntax.js';

/** What is wanted of a value: all of it, or what is wanted of its parts. */
type Wanted = true | Map<Step, Wanted>;

/** A copy of what the paths lead to: maps with the members asked for, lists with the elements, moved together. */
export function project(row: AttributeMap, paths: readonly (readonly Step[])[] | undefined): AttributeMap {
  return paths === undefined ? copyRow(row) : projectMap(row, wantedOf(paths));
}

function wantedOf(paths: readonly (readonly Step[])[]): Map<Step, Wanted> {
  const wanted = new Map<Step, Wanted>();
  for (const steps of paths) {
    let parts = wanted;
    for (const step of steps.slice(0, -1)) {
      const known = parts.get(step);
      const inner = known instanceof Map ? known : new Map<Step, Wanted>();
      parts.set(step, inner);
      parts = inner;
    }
    parts.set(steps.at(-1)!, true);
  }
  return wanted;
}

function projectMap(map: AttributeMap, wanted: Map<Step, Wanted>): AttributeMap {
  const found: Record<string, AttributeValue> = {};
  for (const [name, parts] of wanted) {
    if (typeof name !== 'string' || !Object.hasOwn(map, name)) continue;
    const value = projectValue(map[name]!, parts);
    if (value !== undefined) setOwn(found, name, value);
  }
  return found;
}

function projectValue(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted === true) return copyValue(value);
  if ('M' in value) {
    const members = projectMap(value.M, wanted);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (!('L' in value)) return undefined;
  const elements = value.L.flatMap((element, index) => {
    const parts = wanted.get(index);
    const found = parts === undefined ? undefined : projectValue(element, parts);
    return found === undefined ? [] : [found];
  });
  return elements.length > 0 ? { L: elements } : undefined;
}
