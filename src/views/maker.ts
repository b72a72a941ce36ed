import type { EntityClass } from '../decorators/declared.js';

/**
 * Makes instances of a class without running its constructor or initialisers. An empty constructor with the class's
 * prototype rather than `Object.create`, because the engine then lays the fields out inside the object.
 */
export function makerOf(entityClass: EntityClass): new () => object {
  const Instance = function () {} as unknown as new () => object;
  Instance.prototype = entityClass.prototype as object;
  return Instance;
}
