import type { EntityClass } from './declared.js';
import { type TypeMark, writeMetadata } from './metadata.js';
import { assertParentheses } from './parentheses.js';
import type { StandardContext } from './standard-context.js';

/**
 * Makes a class an item type: its instances are stored as items. It also needs a `@KeyPath`.
 *
 * @param name The name of the type in this version. It stands in every row and in the registry for ever; only
 *   `m.renameType` gives the type another one. The class may be called anything: bundlers rename classes.
 * @example
 * @ItemType('Order')
 * @KeyPath('/customer-:customerId/order-:orderId')
 * class Order { … }
 */
export function ItemType(name: string): (target: EntityClass, context?: StandardContext) => void {
  return marked('item', name);
}

/**
 * Makes a class an object type: its instances are nested values in the fields of items and other objects.
 *
 * @param name The name of the type in this version, permanent as that of an item type is.
 * @example
 * @ObjectType('OrderItem')
 * class OrderItem {
 *   @Field('string') sku!: string;
 *   @Field('int') quantity!: number;
 * }
 */
export function ObjectType(name: string): (target: EntityClass, context?: StandardContext) => void {
  return marked('object', name);
}

function marked(kind: TypeMark['kind'], name: string | undefined) {
  // Without parentheses the class stands in the place of its name.
  const written = typeof name === 'function' ? (name as EntityClass).name : '…';
  assertParentheses(name, `${kind === 'item' ? '@ItemType' : '@ObjectType'}('${written}')`);
  const mark: TypeMark = { kind, ...(name !== undefined && { name }) };
  return (target: EntityClass, context?: StandardContext): void => {
    // Decorators are applied from the bottom up.
    writeMetadata(target, context, (metadata) => ({ ...metadata, marks: [mark, ...metadata.marks] }));
  };
}
