import type { EntityClass } from './declared.js';
import { writeMetadata } from './metadata.js';
import { assertParentheses } from './parentheses.js';
import type { StandardContext } from './standard-context.js';

/**
 * Makes a class an item type: its instances are stored as items. It also needs a `@KeyPath`.
 *
 * @param name The name of the type in this version; left out, that of the class. Name it where a bundler renames classes.
 * @example
 * @ItemType('Order')
 * @KeyPath('/customer-:customerId/order-:orderId')
 * class Order { … }
 */
export function ItemType(name?: string): (target: EntityClass, context?: StandardContext) => void {
  return marked('item', name);
}

/**
 * Makes a class an object type: its instances are nested values in the fields of items and other objects.
 *
 * @param name The name of the type in this version; left out, that of the class.
 * @example
 * @ObjectType('OrderItem')
 * class OrderItem {
 *   @Field('string') sku!: string;
 *   @Field('int') quantity!: number;
 * }
 */
export function ObjectType(name?: string): (target: EntityClass, context?: StandardContext) => void {
  return marked('object', name);
}

function marked(kind: 'item' | 'object', name: string | undefined) {
  assertParentheses(name, kind === 'item' ? '@ItemType()' : '@ObjectType()');
  const mark = { kind, ...(name !== undefined && { name }) };
  return (target: EntityClass, context?: StandardContext): void => {
    // Decorators are applied from the bottom up.
    writeMetadata(target, context, (metadata) => ({ ...metadata, marks: [mark, ...metadata.marks] }));
  };
}
