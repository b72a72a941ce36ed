import { Exclude } from 'class-transformer';
import { Field, ItemType, KeyPath, defineSchema } from '../../src/index.js';

@ItemType('Order')
@KeyPath('/order-:orderId')
export class Order {
  @Field('string') orderId!: string;
  @Field('string') customer!: string;
  @Exclude({ toPlainOnly: true }) @Field({ type: 'string', required: false }) internalNote?: string;
}

export const shop = defineSchema({ name: 'shop', types: [Order] });

/** Another bounded context of the same application, with a class of the same name. */
export const billing = (() => {
  @ItemType('Order')
  @KeyPath('/billed-:orderId')
  class Order {
    @Field('string') orderId!: string;
    @Field('uint') cents!: number;
  }
  return { Order, schema: defineSchema({ name: 'billing', types: [Order] }) };
})();
