import {
  arrayOf,
  defineSchema,
  Field,
  type Generated,
  ItemType,
  KeyPath,
  type keyPaths,
  Migration,
  type Migrator,
  ObjectType,
  type SchemaMigration,
} from '../../src/index.js';

/* A shop of today, at version 3. The classes of version 1 are in history/v1; nobody kept those of version 2. */

@ObjectType('OrderItem')
export class OrderItem {
  @Field('string') sku!: string;
  @Field('int') quantity!: number;
  @Field({ type: 'boolean', readDefault: false }) gift!: boolean;
}

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId', '/delivery-:deliveryDate/order-:orderId', '/code-:code')
export class Order {
  @Field('string') customerId!: string;
  @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
  @Field({ type: arrayOf(() => OrderItem) }) items!: OrderItem[];
  @Field({ type: 'int', readDefault: 2 }) priorityLevel!: number;
  @Field('timestampSeconds') orderDate!: Date;
  @Field({ type: 'isoDate', readDefault: '2024-01-01' }) deliveryDate!: string;
  @Field({ type: 'string', required: false }) note?: string;
  @Field({ type: 'string', required: false }) code?: string;

  declare readonly [keyPaths]?: [
    '/customer-:customerId/order-:orderId',
    '/delivery-:deliveryDate/order-:orderId',
    '/code-:code',
  ];
}

@ItemType('Voucher')
@KeyPath('/voucher-:number')
export class Voucher {
  @Field('int') number!: number;
}

@Migration({ from: 1, description: 'Days of delivery, gifts' })
class AddDeliveryDate implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addField('deliveryDate');
      t.addKeyPath('/delivery-:deliveryDate/order-:orderId');
    });
    m.changeType('OrderItem', (t) => t.addField('gift'));
  }
}

@Migration({ from: 2, description: 'Priorities are numbers; codes; vouchers' })
class CountPriority implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.removeField('priority', 'medium');
      t.addField('priorityLevel');
      t.renameField('createdAt', 'orderDate');
      t.addField('code');
      t.addKeyPath('/code-:code');
    });
    m.addType('Voucher');
  }
}

export const shop = defineSchema({
  name: 'shop',
  types: [Order, Voucher],
  migrations: [AddDeliveryDate, CountPriority],
});
