import { defineSchema, Field, ItemType, KeyPath } from '../../../src/index.js';
import { AddCode, AddDelivery, ReplacePriority } from './migrations.js';
import type { Release } from './release.js';

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/customer-:customerId/created-:orderDate/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
@KeyPath('/born-:born')
@KeyPath('/code-:code')
class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  /** The mark of the insert: another one for each incarnation of an order. */
  @Field('string') born!: string;
  @Field('timestampSeconds') orderDate!: Date;
  @Field({ type: 'isoDate', readDefault: '2024-01-01' }) deliveryDate!: string;
  @Field('string') remark!: string;
  @Field({ type: 'string', readDefault: '' }) memo!: string;
  @Field({ type: 'string', required: false }) code?: string;
}

export const release: Release = {
  schema: defineSchema({ name: 'shop', types: [Order], migrations: [AddDelivery, ReplacePriority, AddCode] }),
  entityClass: Order,
  names: { note: 'remark', memo: 'memo', date: 'orderDate', day: 'deliveryDate', code: 'code' },
  paths: {
    id: '/customer-:customerId/order-:orderId',
    date: '/customer-:customerId/created-:orderDate/order-:orderId',
    day: '/delivery-:deliveryDate/customer-:customerId/order-:orderId',
    born: '/born-:born',
    code: '/code-:code',
  },
};
