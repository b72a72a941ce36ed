import type { EntityClass } from '../decorators/declared.js';
import { describeUnknowable, stateOf } from './entity-state.js';

/** The repository that was asked. */
interface Asked {
  readonly type: string;
  readonly entityClass: EntityClass;
  readonly table: string;
}

/** What was given to a repository that does not know it, and what to give in its place, in words for an error. */
export function describeStranger(given: unknown, { type, entityClass, table }: Asked): string {
  const unknowable = describeUnknowable(given);
  if (unknowable !== undefined) return unknowable;
  const state = stateOf(given as object);
  if (state !== undefined && state.origin.kind !== 'foreign') {
    const other = state.view.model.name;
    if (state.home.entityClass !== entityClass) return `an entity of another repository: that of ${other}`;
    const place = state.home.table === table ? 'the same table' : `table ${state.home.table}`;
    return `an entity of another store, of ${place}. Give it to the repository that it came from, or load it from this one`;
  }
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype === entityClass.prototype) {
    return (
      `an instance of ${entityClass.name} that this repository did not make, load or store: a copy of an entity, or one ` +
      'made with new. Give the entity itself; a new instance enters by insert()'
    );
  }
  const name = nameOf(prototype);
  if (name === undefined) return 'a plain object. Give the entity itself, not a copy such as { ...item }';
  return name === entityClass.name
    ? `an instance of another class that is called ${name} too`
    : `an instance of ${name}, which is not the class of ${type}`;
}

/** The name of the class of a prototype; undefined for that of object literals, in whatever realm, and for none. */
function nameOf(prototype: unknown): string | undefined {
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null)
    return undefined;
  const { constructor } = prototype as { readonly constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'another class';
}
