import { defineSchema, Field, ItemType, KeyPath } from 'ductile';

/** The orders as they were before they could be listed by their day of delivery. */
@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
export class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  @Field('string') status!: string;
  @Field('uint') total!: number;
  @Field('string') address!: string;
  @Field('timestampSeconds') placedAt!: Date;
}

export const schema = defineSchema({ name: 'shop', types: [Order] });
