import { Migration, type Migrator, type SchemaMigration } from 'ductile';

@Migration({ from: 3, description: 'Call the date of an order by its name' })
export class RenameCreatedAt implements SchemaMigration {
  change(m: Migrator): void {
    // The key path follows: '/customer-:customerId/created-:orderDate/order-:orderId' is the same path, with the same rows.
    m.changeType('Order', (t) => t.renameField('createdAt', 'orderDate'));
  }
}
