import { Migration, type Migrator, type SchemaMigration } from 'ductile';

@Migration({ from: 1, description: 'Add the day of delivery, and find orders by it' })
export class AddDeliveryDate implements SchemaMigration {
  change(m: Migrator): void {
    m.changeType('Order', (t) => {
      t.addField('deliveryDate');
      t.addKeyPath('/delivery-:deliveryDate/customer-:customerId/order-:orderId');
    });
  }
}
