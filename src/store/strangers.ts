import { types } from 'node:util';
import type { EntityClass } from '../decorators/declared.js';
import { isOfAnotherCopy, stateOf } from './entity-state.js';
import { kindOf } from './errors.js';

/** The repository that was asked. */
interface Asked {
  readonly type: string;
  readonly entityClass: EntityClass;
  readonly table: string;
}

/** What was given to a repository that does not know it, and what to give in its place, in words for an error. */
export function describeStranger(given: unknown, { type, entityClass, table }: Asked): string {
  if (typeof given !== 'object' || given === null) return kindOf(given);
  if (types.isProxy(given)) return 'a Proxy. Give the object that it stands before';
  const state = stateOf(given);
  if (state !== undefined) {
    const other = state.view.model.name;
    if (state.home.entityClass !== entityClass) return `an entity of another repository: that of ${other}`;
    const place = state.home.table === table ? 'the same table' : `table ${state.home.table}`;
    return `an entity of another store, of ${place}. Give it to the repository that it came from, or load it from this one`;
  }
  if (isOfAnotherCopy(given)) {
    return (
      'an entity of another copy of the package ductile in this process (one is loaded as ESM and one as CommonJS, or two ' +
      'are installed). See to it that one copy is loaded, or use the repository that it came from'
    );
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
