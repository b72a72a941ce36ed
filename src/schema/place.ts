import { SchemaDefinitionError } from '../decorators/errors.js';
import type { SchemaProblem } from '../decorators/errors.js';
import type { EntityClass } from '../decorators/declared.js';
import { InvalidDefaultError } from '../fields/errors.js';

/** Where in the user's sources a problem is. */
export type Place = Omit<SchemaProblem, 'what' | 'mend'>;

/** @throws SchemaDefinitionError always */
export function refuse(place: Place, what: string, mend: string): never {
  throw new SchemaDefinitionError({ ...place, what, mend });
}

/** Runs what may find a default to be none of its type, and says where that default stands. */
export function withDefaultAt<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidDefaultError)) throw error;
    const inside = error.path === '' ? '' : ` (at ${error.path})`;
    return refuse(
      place,
      `the readDefault${inside} ${error.reason}`,
      'give a value of the type of the field at that version',
    );
  }
}

export function classNameOf(entityClass: EntityClass): string {
  return entityClass.name === '' ? 'a class without a name' : entityClass.name;
}
