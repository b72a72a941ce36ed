import { arrayOf, Field, type Generated, ItemType, KeyPath, type keyPaths, ObjectType } from '../../../../src/index.js';

@ObjectType('OrderItem')
export class OrderItem {
  @Field('string') sku!: string;
  @Field('int') quantity!: number;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
export class Order {
  @Field('string') customerId!: string;
  @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  @Field('string') priority!: string;
  @Field('timestampSeconds') createdAt!: Date;
  @Field({ type: 'string', required: false }) note?: string;

  declare readonly [keyPaths]?: ['/customer-:customerId/order-:orderId'];
}
