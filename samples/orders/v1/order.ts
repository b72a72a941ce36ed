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
@KeyPath('/customer-:customerId/created-:createdAt/order-:orderId')
export class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  /** 'low', 'medium' or 'high' */
  @Field('string') priority!: string;
  @Field('timestampSeconds') createdAt!: Date;
  /** One line for each change */
  @Field({ type: arrayOf('string') }) history!: string[];
}
