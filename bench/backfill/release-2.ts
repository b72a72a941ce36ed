import { defineSchema, Field, ItemType, KeyPath, Migration, type Migrator, type SchemaMigration } from 'ductile';

@ItemType('Order')
@KeyPath('/customer-:customerId/order-:orderId')
@KeyPath('/placed-:placedAt/customer-:customerId/order-:orderId')
export class Order {
  @Field('string') customerId!: string;
  @Field('string') orderId!: string;
  @Field('string') status!: string;
  @Field('uint') total!: number;
  @Field('string') address!: string;
  @Field('timestampSeconds') placedAt!: Date;
}

@Migration({ from: 1, description: 'Orders by the time at which they were placed' })
class AddPlaced implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addKeyPath('/placed-:placedAt/customer-:customerId/order-:orderId');
    });
  }
}

export const schema = defineSchema({ name: 'shop', types: [Order], migrations: [AddPlaced] });
