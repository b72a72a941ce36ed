import { arrayOf, Field, ItemType, KeyPath, ObjectType } from 'ductile';

@ObjectType('OrderItem')
export class OrderItem {
  @Field('uint') productId!: number;
  @Field('string') productName!: string;
  @Field('decimal') unitPrice!: string;
  @Field('uint') quantity!: number;
  @Field('double') discount!: number;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/customer-:customerId/created-:orderDate/order-:orderId')
@KeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId')
export class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  /** 1 (low) to 3 (high) */
  @Field({ type: 'int', readDefault: 2 }) priorityLevel!: number;
  @Field('timestampSeconds') orderDate!: Date;
  /** The day on which the order will be delivered */
  @Field({ type: 'isoDate', readDefault: '2024-01-01' }) deliveryDate!: string;
  /** One line for each change */
  @Field({ type: arrayOf('string') }) history!: string[];
}
