import { defineSchema, Field, ItemType, KeyPath } from '../../../src/index.js';
import { AddDelivery } from './migrations.js';
import type { Release } from './release.js';

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/customer-:customerId/created-:createdAt/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  /** The mark of the insert: another one for each incarnation of an order. */
  @Field('string') born!: string;
  @Field('timestampSeconds') createdAt!: Date;
  @Field({ type: 'isoDate', readDefault: '2024-01-01' }) deliveryDate!: string;
  @Field('string') note!: string;
  @Field('string') priority!: string;
}

export const release: Release = {
  schema: defineSchema({ name: 'shop', types: [Order], migrations: [AddDelivery] }),
  entityClass: Order,
  names: { note: 'note', priority: 'priority', date: 'createdAt', day: 'deliveryDate' },
  paths: {
    id: '/customer-:customerId/order-:orderId',
    date: '/customer-:customerId/created-:createdAt/order-:orderId',
    day: '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
  },
};
