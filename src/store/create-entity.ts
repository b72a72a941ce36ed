import type { ItemTypeModel } from '../schema/model.js';
import type { Schema } from '../schema/schema.js';
import { UnknownPropertyError } from './errors.js';
import { TakeApart } from './take-apart.js';

/**
 * Makes an instance of an item type's class from plain data, without running its constructor. A value in a scalar field
 * is in the entity as it was given; whether it fits is told when the entity is written.
 *
 * @throws UnknownPropertyError
 */
export function createEntity(schema: Schema, type: ItemTypeModel, plain: object): object {
  const taking = new TakeApart(schema);
  const entityClass = schema.classes.types.get(type.storageName)!;
  const entity = taking.instance(entityClass, taking.parts(type, plain, ''), '');
  if (taking.unknown.length > 0) throw new UnknownPropertyError('create', type.name, taking.unknown);
  return entity;
}
