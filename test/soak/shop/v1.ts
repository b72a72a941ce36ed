import { defineSchema, Field, ItemType, KeyPath } from '../../../src/index.js';
import type { Release } from './release.js';

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/customer-:customerId/created-:createdAt/order-:orderId')
class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  /** The mark of the insert: another one for each incarnation of an order. */
  @Field('string') born!: string;
  @Field('timestampSeconds') createdAt!: Date;
  @Field('string') note!: string;
  @Field('string') priority!: string;
}

export const release: Release = {
  schema: defineSchema({ name: 'shop', types: [Order], migrations: [] }),
  entityClass: Order,
  names: { note: 'note', priority: 'priority', date: 'createdAt' },
  paths: {
    id: '/customer-:customerId/order-:orderId',
    date: '/customer-:customerId/created-:createdAt/order-:orderId',
  },
};
