import type { DeclaredItemType, DeclaredSchema, EntityClass } from './declared.js';
import { Discovery } from './discovery.js';

/**
 * Gathers what the decorators of some classes said, resolves it and checks it: the item types, and every object type and
 * enum that their fields reach.
 *
 * @param classes Item types.
 * @param extra Further classes, also object types that no field reaches.
 * @throws SchemaDefinitionError with every problem that was found, each with its class, its property and its mend.
 * @example discover([Order]).types[0].keyPaths // ['/customer-:customerId/order-:orderId', …]
 */
export function discover(classes: readonly EntityClass[], extra: readonly EntityClass[] = []): DeclaredSchema {
  const discovery = new Discovery();
  const types: DeclaredItemType[] = [];
  for (const entityClass of new Set(classes)) types.push(...discovery.itemType(entityClass));
  for (const entityClass of new Set(extra)) {
    if (classes.includes(entityClass)) continue;
    if (discovery.kindOf(entityClass) === 'object') discovery.objectType(entityClass, {});
    else types.push(...discovery.itemType(entityClass));
  }
  return discovery.finish(types);
}
